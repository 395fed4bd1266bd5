"""What the bodies of this room have in common: fields without a value, rows as they are shown, whole small numbers."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.community.projects.domain import MOST_MONEY
from services.kernel.fields import Language, Line
from services.vocabulary import CATEGORIES
from services.vocabulary.concepts import concepts

Shape = TypeVar("Shape", bound=BaseModel)


def unset() -> Any:
    """Return the default of a field that may be left out but may not be null."""
    return None


def each_once(values: list[Any]) -> list[Any]:
    """Return `values` without repetitions, in their order."""
    return list(dict.fromkeys(values))


def _known_concept(key: str) -> str:
    if key not in concepts() and key not in CATEGORIES:
        raise ValueError("is no concept or category of the vocabulary")
    return key


People = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Money = Annotated[int, Field(ge=0, le=MOST_MONEY, strict=True, description="Minor units: 100000 is 1,000 euros.")]
Sum = Annotated[int, Field(ge=1, le=MOST_MONEY, strict=True, description="Minor units: 1250 is 12.50.")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["EUR"])]
Languages = Annotated[list[Language], Field(min_length=1, max_length=30), AfterValidator(each_once)]
Lines = Annotated[list[Line], Field(max_length=20), AfterValidator(each_once)]
Concept = Annotated[Line, AfterValidator(_known_concept)]
Concepts = Annotated[list[Concept], Field(max_length=50), AfterValidator(each_once)]


class Row(BaseModel):
    """What every row that is shown says about itself."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int


class Named(Row):
    """A row that other systems call by names of their own."""

    external_ids: list[dict[str, str]]


def shown(shape: type[Shape], row: Any, **more: Any) -> Shape:
    """Return `row` in `shape`, whose fields it has by the same names."""
    taken = {name: getattr(row, name) for name in shape.model_fields if name not in more and hasattr(row, name)}
    return shape(**taken, **more)
