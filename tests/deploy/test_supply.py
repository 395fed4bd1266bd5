"""What Cando is made of: every package locked with hashes, within what pyproject.toml allows, under a known licence."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deploy.supply import ELSEWHERE, LICENCES, ROOT, RUNNING, WORKING, locked

FREE = re.compile(
    r"0BSD|Apache|BSD|CC0|ISC|LGPL-3\.0-only|LLVM-exception|MIT|MPL 2\.0|MPL-2\.0|Mozilla Public License 2\.0|OFL-1\.1"
    r"|PSF|Python Software Foundation|Unlicense|Zlib"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("lock", [RUNNING, WORKING], ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert len(entries) == len(list(locked(lock))) > 50
    assert [one.splitlines()[0] for one in entries if "--hash=sha256:" not in one] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [(RUNNING, PROJECT["dependencies"]), (WORKING, PROJECT["optional-dependencies"]["dev"])],
    ids=["running", "working"],
)
def test_the_lock_holds_what_the_project_asks_for(lock: Path, wanted: list[str]) -> None:
    held = {requirement.name: version for requirement, version in locked(lock)}
    asked = [Requirement(one) for one in wanted]
    assert [one.name for one in asked if not one.specifier.contains(held.get(one.name, "0"))] == []


def test_what_runs_is_held_alike_where_it_is_worked_on() -> None:
    assert set(map(str, locked(RUNNING))) <= set(map(str, locked(WORKING)))


def test_these_tests_run_on_the_locked_versions() -> None:
    here = [(one, version) for one, version in locked(WORKING) if one.marker is None or one.marker.evaluate()]
    other = {one.name: metadata.version(one.name) for one, version in here if metadata.version(one.name) != version}
    assert not other, f"installed beside the lock: {other}; `make clean` and again"


def test_every_package_has_a_licence_that_lets_a_council_run_change_and_pass_on_the_whole() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", LICENCES.read_text(), re.MULTILINE)[1:]
    assert [(name, version) for name, version, _ in rows] == [(one.name, version) for one, version in locked(RUNNING)]
    assert [row for row in rows if row[2] != ELSEWHERE and not FREE.search(row[2])] == []
    assert len([row for row in rows if row[2] == ELSEWHERE]) < 5
