"""`python -m tests.deploy.recording FILE`: a backup full of data, for the releases to come to move.

At a release it becomes tests/deploy/previous.backup, and previous.txt names the release. The demo plays in it, and the
guides' commands run, so that most tables have rows; nobody in it is real.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from deploy import embedded
from deploy.backup.making import make
from deploy.database import prepare
from deploy.demo.__main__ import play
from deploy.demo.client import Instance
from deploy.demo.story import silent
from tests.conftest import SECRET
from tests.contracts import test_docs
from tests.town import Town, running_town


def main(file: Path) -> int:
    """Fill a database of its own, and write it to a new file; return the exit code."""
    with tempfile.TemporaryDirectory(prefix="cando-recording-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        server = embedded.start(folder)
        try:
            prepare(server.get_uri(), SECRET)
            with running_town(server.get_uri(), SECRET) as town:
                _fill(town, folder)
                make(server.get_uri(), file, secret=SECRET)
        finally:
            server.cleanup()
    return 0


def _fill(town: Town, folder: Path) -> None:
    with Instance(town.url, town.key) as instance:
        play(instance, story=silent())
    assert town.house is not None
    town.house.gateway.desk.state.kernel.settings.outbound_allow = "127.0.0.1:*"
    for page, *_ in test_docs.GUIDES:
        where = folder / page
        where.mkdir()
        try:
            test_docs._run(town, page, where=where)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            sys.stderr.write(f"{page} was left: {str(error)[:200]}\n")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
