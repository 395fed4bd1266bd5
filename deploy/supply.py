"""What Cando is made of besides itself: `python -m deploy.supply lock|licences|inventory|vulnerabilities`.

`lock` writes every package with its version and hashes, for any platform; `licences` the list of their licences from
their own words; `inventory` a CycloneDX document (SBOM); `vulnerabilities` asks the advisories of the package index
about each: one that it has no answer for counts as a failure, since silence is no acquittal.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
RUNNING = ROOT / "deploy" / "requirements.txt"
WORKING = ROOT / "deploy" / "requirements-dev.txt"
LICENCES = ROOT / "docs" / "licences.md"
INVENTORY = ROOT / "build" / "sbom.json"
ELSEWHERE = "needed on other machines only"
_UNSAID: Mapping[str, str] = {"pyxform": "BSD-2-Clause"}
"""Packages that do not say it in a form that tools read, from the licence file inside them."""
_HEAD = """# Licences of what Cando runs with

Written by `make licences` from what each package of the lock says of itself. A test refuses a package that is missing
here, and a licence that would not let a council run, change and pass on the whole. psycopg (LGPL) and certifi (MPL) are
used as they are, as libraries: who changes *them* passes those changes on. Cando's own licence is its owners' to name.

| package | version | licence |
|---|---|---|
"""


def locked(lock: Path) -> Iterator[tuple[Requirement, str]]:
    """Yield each requirement of a lock file, and the version it is held at."""
    for line in lock.read_text().splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            yield requirement, str(next(iter(requirement.specifier)).version)


def lock() -> int:
    """Write both lock files anew: the newest versions that pyproject.toml allows, with hashes."""
    for path, more in ((RUNNING, ()), (WORKING, ("--extra", "dev", "--constraint", str(RUNNING)))):
        told = [
            "pip",
            "compile",
            "--quiet",
            "--upgrade",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
        ]
        told += ["--no-header", "--no-annotate", *more, "--output-file", str(path), str(ROOT / "pyproject.toml")]
        if (code := _run("uv", *told)) != 0:
            return code
    return 0


def licences() -> int:
    """Write docs/licences.md from the packages that are installed."""
    tool = [str(_tool("pip-licenses")), "--python", sys.executable, "--format=json", "--from=mixed"]
    told = json.loads(subprocess.run(tool, check=True, capture_output=True).stdout)  # noqa: S603
    said = {canonicalize_name(one["Name"]): one["License"] for one in told}
    rows = [
        f"| {one.name} | {version} | {_UNSAID.get(one.name) or said.get(canonicalize_name(one.name), ELSEWHERE)} |\n"
        for one, version in locked(RUNNING)
    ]
    LICENCES.write_text(_HEAD + "".join(rows))
    return 0


def inventory() -> int:
    """Write the inventory of what Cando runs with to build/sbom.json (CycloneDX)."""
    INVENTORY.parent.mkdir(exist_ok=True)
    about = ("--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application", "--output-reproducible")
    return _run("cyclonedx-py", "requirements", *about, "--output-file", str(INVENTORY), str(RUNNING))


def vulnerabilities() -> int:
    """Say which packages of the lock have known vulnerabilities; 0 only if each was answered for and none has."""
    return _run("pip-audit", "--strict", "--disable-pip", "--require-hashes", "--requirement", str(RUNNING))


def _run(tool: str, *arguments: str) -> int:
    return subprocess.run([_tool(tool), *arguments], check=False).returncode  # noqa: S603


def _tool(name: str) -> Path:
    return Path(sys.executable).parent / name


COMMANDS: Mapping[str, Callable[[], int]] = {
    "lock": lock, "licences": licences, "inventory": inventory, "vulnerabilities": vulnerabilities,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]() if sys.argv[1:] and sys.argv[1] in COMMANDS else __doc__)
