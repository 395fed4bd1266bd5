"""A house of its own for a measurement: an embedded PostgreSQL in a throwaway folder, prepared and answering."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy import embedded
from deploy.database import prepare
from tests.town import Town, running_town

CARELESS: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
"""For what is read rather than written: the database need not survive the machine."""
_SECRET = "benchmark-" + "s" * 40


@contextlib.contextmanager
def own_house(settings: Mapping[str, str] | None = None) -> Iterator[Town]:
    """Start a house, and take everything of it away afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="cando-bench-"))
    folder.chmod(0o755)
    server = embedded.start(folder, settings=settings)
    try:
        prepare(server.get_uri(), _SECRET)
        with running_town(server.get_uri(), _SECRET) as town:
            yield town
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
