"""Documentation is tested: every problem and setting is in it, and the quickstart's commands run as they stand."""

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from deploy.house import House
from deploy.standalone import Settings as StandaloneSettings
from gateway.settings import Settings as GatewaySettings
from services.kernel.app import NAMES
from services.kernel.problems import every_problem
from tests.town import Town

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


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


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `(CANDO_[A-Z_]+)` \|", (DOCS / "configuration.md").read_text(), re.M))
    kinds: list[type[BaseSettings]] = [StandaloneSettings, GatewaySettings]
    kinds += [import_module(f"services.{name}.settings").Settings for name in NAMES]
    known = {f"CANDO_{name.upper()}" for kind in kinds for name in kind.model_fields}
    assert known <= documented
    assert documented - known <= {"CANDO_SAMPLES", "CANDO_EXAMPLES", "CANDO_POPULATIONS", "CANDO_URL", "CANDO_KEY"}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_quickstarts_commands_run_as_they_stand(town: Town) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", (DOCS / "quickstart.md").read_text(), re.DOTALL)
    script = "set -eu\n" + "\n".join(blocks).replace('"slug": "hazelbrook"', '"slug": "quickstart"')
    done = subprocess.run(
        ["bash", "-c", script], env={"URL": town.url, "KEY": town.key, "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Both are about the same thing: " in done.stdout
    assert done.stdout.rstrip().splitlines()[-2:] == ["[]", "consent.revoked"]


def test_every_link_between_documents_leads_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
