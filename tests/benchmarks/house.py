"""A house of its own for a measurement: an embedded PostgreSQL in a throwaway folder, prepared and answering."""

import contextlib
from collections.abc import Iterator, Mapping

from tests.benchmarks.served import SECRET, own_database
from tests.town import Town, running_town

CARELESS: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}
"""For what is read rather than written: the database need not survive the machine."""


@contextlib.contextmanager
def own_house(settings: Mapping[str, str] | None = None) -> Iterator[Town]:
    """Start a house, and take everything of it away afterwards."""
    with own_database(settings) as url, running_town(url, SECRET) as town:
        yield town
