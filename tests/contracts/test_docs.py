"""Documentation is tested: every problem and setting is in it, and the quickstart's commands run as they stand."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from deploy.house import House
from deploy.serving import Serving
from deploy.standalone import Settings as StandaloneSettings
from deploy.stored import page as stored_page
from gateway.settings import Settings as GatewaySettings
from services.kernel.app import NAMES
from services.kernel.problems import every_problem
from tests.town import Town

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def test_every_problem_is_documented_with_its_status() -> None:
    House("postgresql:///nowhere", secret="0" * 32)
    documented = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", (DOCS / "problems.md").read_text(), re.M))
    raised = {problem.slug: str(problem.status) for problem in every_problem()}
    assert documented == raised


def test_no_two_problems_share_a_slug_with_different_statuses() -> None:
    House("postgresql:///nowhere", secret="0" * 32)
    statuses: dict[str, set[int]] = {}
    for problem in every_problem():
        statuses.setdefault(problem.slug, set()).add(problem.status)
    assert {slug for slug, found in statuses.items() if len(found) > 1} == set()


def test_every_setting_is_documented_and_every_documented_name_is_known() -> None:
    documented = set(re.findall(r"^\| `(CANDO_[A-Z_]+)` \|", (DOCS / "configuration.md").read_text(), re.M))
    kinds: list[type[BaseSettings]] = [StandaloneSettings, Serving, GatewaySettings]
    kinds += [import_module(f"services.{name}.settings").Settings for name in NAMES]
    known = {f"CANDO_{name.upper()}" for kind in kinds for name in kind.model_fields}
    assert known <= documented
    code = [path for room in ("deploy", "services", "tests") for path in (ROOT / room).rglob("*.py")]
    named = set(re.findall("CANDO_[A-Z_]+", "\n".join(path.read_text() for path in code)))
    assert documented - known - named == set()


def _run(town: Town, page: str, *, where: Path) -> str:
    """Run the commands of a page as they stand, as one script with files in `where`; return what they print."""
    blocks = re.findall(r"```bash\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    script = "set -eu\n" + "\n".join(blocks).replace('"slug": "hazelbrook"', '"slug": "quickstart"')
    told = {"URL": town.url, "KEY": town.key, "PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHON": sys.executable}
    done = subprocess.run(
        ["bash", "-c", script], env=told,
        capture_output=True, text=True, timeout=120, check=False, cwd=where,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "curl: " not in done.stderr
    return done.stdout


@needs_curl
def test_the_quickstarts_commands_run_as_they_stand(town: Town, tmp_path: Path) -> None:
    printed = _run(town, "quickstart.md", where=tmp_path)
    assert "Both are about the same thing: " in printed
    assert printed.rstrip().splitlines()[-2:] == ["[]", "consent.revoked"]


GUIDES = [
    ("instruments.md", ["reviewed", "Sept affirmations", "published", "closed", "Stimme zu,6,100"], {"views.xlsx": b"PK"}),
    (
        "assessment.md", ["unreviewed", '"thin": true', "willing", "recognised", "reviewed", '"gone": ['],
        {"summary.pdf": b"%PDF-"},
    ),
    (
        "evening.md",
        ["open", "20", "3", '"thin": true', "Sprachkurs finden", "['de', 'prs', 'ti']", "settled", "Mina", "Luwam", "35450", "[]"],
        {
            "cards-dari.pdf": b"%PDF-", "cards-tigrinya.pdf": b"%PDF-", "results-prs.pdf": b"%PDF-",
            "rota-dari.pdf": b"%PDF-", "gaps.csv": b"category,", "gaps.svg": b"<svg",
        },
    ),
    (
        "directory.md",
        ["201\n200", "Thursday Choir", "Repairing bicycles", "[-1.9702, 52.5921]", "Amina, who sews", "[]",
         "'created': 2, 'refused': 1", "is missing", "same official number", "undone", "Growing vegetables together"],
        {"map.geojson": b'{"type":"FeatureCollection"', "sheet.csv": b"kind,", "hsds.zip": b"PK"},
    ),
    (
        "open-referral.md",
        ["HSDS-UK-3.0", "2 services:", "Millrace lunch club", "304\n200", "'created': 4", "No lunch on 1 January", "idle\n168"],
        {"services.ndjson": b'{"id":'},
    ),
    (
        "rights.md",
        ["record the interpreter", "True", "404\n200\n404", "01632 960 101", "Nobody reviews", "justified",
         "read how to reach you", "True", "2026-02-28", "contested\nNone", "404", '"state": "done"', "'gone': 0"],
        {"everything.json": b'{"person":'},
    ),
    (
        "timebank.md",
        ["'created': 3", "'unchanged': 3", "7260", "/problems/insufficient-credit", "group", "reversal", "3540",
         "'partners': 1", "transfer.posted"],
        {"statement.csv": b"at,kind"},
    ),
    (
        "synchronise.md",
        ["consent-missing", "['updated', 'deleted', 'renamed']", "stale", "newest capacity", "'title': 'time-bank'",
         "Mending and darning", "['consents_ended']", "True", "'consents/0'"],
        {"offers.ndjson": b'{"id":'},
    ),
    (
        "komunitin.md",
        ["komunitin_social_read_all komunitin_accounting_read_all", "HAZELBROOKNETWORK",
         "Mending clothes by Amina, who sews None", "committed", "0d2f9a54-6c1e-4a39-9d35-1f7c6a2b8e10", "5400"],
        {},
    ),
    ("murmurations.md", ["[]", "offer", "Punctures, brakes and gears", "next page: None", "304", "404", "[]"], {}),
    (
        "fhir.md",
        ["4.0.1", "200", "requested", "ServiceRequest.contained: the person's Consent is missing", "Somebody who fits",
         "revoked", "Bedarf und Fähigkeiten im Gespräch", "2"],
        {},
    ),
    ("civicrm.md", ["ready", "True", "off"], {}),
    (
        "webhooks.md",
        ["new webhook.test", "new place.created", "None", "paused\nenabled", "204", "waiting", "again place.created", "0\n204"],
        {},
    ),
    (
        "timeoverflow.md",
        ["3600 seconds would come in", "offer 12: its category is none of ours", "3600 seconds came in", "2 unchanged",
         "3600 seconds stand in members.csv"],
        {"for-timeoverflow/offers.csv": b"\xef\xbb\xbfID,Title"},
    ),
    (
        "sign-in.md",
        ["['RS256']", "matching:read participants:read participants:write", "200", "participants:read", "no place or no role",
         "not accepted", "401", "204", "not accepted"],
        {},
    ),
    ("low-code.md", ["3.1.0 ", "3.0.3 ", "2.0 ", " shapes"], {"small.json": b"{", "openapi-3.0.json": b"{"}),
]  # fmt: skip


@needs_curl
@pytest.mark.parametrize(("page", "told", "files"), GUIDES, ids=[page for page, _, _ in GUIDES])
def test_a_guides_commands_run_as_they_stand(
    town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    told: Sequence[str],
    files: Mapping[str, bytes],
) -> None:
    assert town.house is not None
    monkeypatch.setattr(town.house.gateway.desk.state.kernel.settings, "outbound_allow", "127.0.0.1:*")
    printed = _run(town, page, where=tmp_path)
    places = [printed.find(one) for one in told]
    assert -1 not in places, dict(zip(told, places, strict=True))
    assert {name: (tmp_path / name).read_bytes()[: len(start)] for name, start in files.items()} == files


def test_the_retention_schedule_names_kinds_that_there_are() -> None:
    stored = set(re.findall(r"^\| ([a-z]+\.[a-z-]+) \|", stored_page(), re.M))
    named = set(re.findall(r"`([a-z]+\.[a-z-]+)`", (DOCS / "data-protection" / "retention-schedule.md").read_text()))
    assert len(stored) > 20
    assert named - stored == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
