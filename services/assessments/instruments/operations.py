"""What can be done with instruments: see which there are, and read one."""

from collections.abc import Sequence
from uuid import UUID

from services.assessments.instruments import repository
from services.assessments.instruments.domain import Instrument
from services.kernel.problems import NotFound


def all_of_them() -> Sequence[Instrument]:
    """Return every instrument, by name and version."""
    return list(repository.shipped().values())


def get(instrument_id: UUID) -> Instrument:
    """Return one instrument. Raises NotFound."""
    try:
        return repository.shipped()[instrument_id]
    except KeyError:
        raise NotFound from None
