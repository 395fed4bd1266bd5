"""Request and answer bodies about concepts, what texts are about, and a community's own terms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.assets.said import Category
from services.directory.models import OwnTerm
from services.directory.vocabulary.domain import OWN_KEY
from services.directory.vocabulary.linkers import Reader
from services.directory.vocabulary.operations import Shown
from services.directory.vocabulary.search import called
from services.kernel.fields import Body, Language, Line
from services.kernel.paging import Page
from services.vocabulary.concepts import Text, concepts
from services.vocabulary.linking import Link

LONGEST_TEXT = 100_000
Review = Literal["unreviewed", "reviewed"]


class Naming(BaseModel):
    """What a concept is called in one language. `review`: has a native speaker read the label?"""

    label: str
    also_called: list[str]
    review: Review


class ConceptPublic(Naming):
    """An everyday thing that people need or can do. `language` is what its names are in: English where yours has none.

    `broader` is another concept or, at the top, the category.
    """

    id: str
    icon: str = Field(description="A pictogram.", examples=["🚲"])
    category: str
    broader: str
    related: list[str]
    esco: str | None
    open_referral: list[str]
    language: str


class ConceptWhole(ConceptPublic):
    """A concept with its names in every language that has some, and what is narrower."""

    labels: dict[str, Naming]
    narrower: list[str]


class Concepts(Page[ConceptPublic]):
    """Some concepts; the `note` says why there are none where something was looked for."""

    note: str | None = None


class LinkAsk(Body):
    """A text as somebody says or writes it, at best with its language."""

    text: str = Field(max_length=LONGEST_TEXT, examples=["My bicycle has a flat tyre"])
    language: Language | None = Field(None, description="It helps, but may be wrong or missing.")


class LinkPublic(BaseModel):
    """A concept that the text is about: how likely (0 to 1), and from which character to before which it says so."""

    concept: str
    label: str
    score: float
    start: int
    end: int


class Links(BaseModel):
    """What a text is about, most likely first; the `note` says why that is nothing, or that not all was read."""

    items: list[LinkPublic]
    note: str | None = None


class TermCreate(Body):
    """A name of a concept, as it is said here."""

    concept: Annotated[str, Field(pattern=OWN_KEY)] = Field(
        description="One of ours, or a key of your own for a concept that we do not have.", examples=["bike_repair"]
    )
    category: Category | None = Field(None, description="Needed for a concept that is new.")
    text: Line = Field(examples=["Drahtesel flicken"])
    language: Language = Field(examples=["de"], description="Kept without region or script: `de` for `de-AT`.")


class TermPublic(BaseModel):
    """A name that a community has given to a concept."""

    id: UUID
    created_at: datetime
    version: int
    concept: str
    category: str
    text: str
    language: str
    created_by: UUID


class TermInside(BaseModel):
    """A community's own term, as far as a linker needs it."""

    id: UUID
    concept: str
    text: str
    language: str
    category: str


class TermsInside(BaseModel):
    """All own terms of a community."""

    items: list[TermInside]


def _naming(some: Sequence[Text]) -> dict[str, object]:
    also = [one.text for one in some[1:] if one.kind == "also"]
    return {"label": some[0].text, "also_called": also, "review": some[0].review}


def _facts(one: Shown) -> dict[str, object]:
    concept = one.concept
    return {
        "id": concept.id, "icon": concept.icon, "category": concept.category, "broader": concept.broader,
        "related": sorted(concept.related), "esco": concept.esco, "open_referral": list(concept.open_referral),
        "language": one.language, **_naming(one.names),
    }  # fmt: skip


def shown(one: Shown) -> ConceptPublic:
    """Return a concept for a list."""
    return ConceptPublic.model_validate(_facts(one))


def whole(one: Shown, everywhere: dict[str, tuple[Text, ...]], narrower: list[str]) -> ConceptWhole:
    """Return a concept with all its names."""
    labels = {tongue: _naming(some) for tongue, some in everywhere.items()}
    return ConceptWhole.model_validate({**_facts(one), "labels": labels, "narrower": narrower})


def shown_link(found: Link, reader: Reader, language: str) -> LinkPublic:
    """Return a concept that a text is about, called as the reader calls it."""
    start, end = found.span
    label = _label(found.concept, reader, language)
    return LinkPublic(concept=found.concept, label=label, score=found.score, start=start, end=end)


def _label(concept: str, reader: Reader, language: str) -> str:
    """Return what a concept is called; a community's own one by its first term in the language, else in any."""
    if concept in concepts():
        return called(concept, language)[1][0].text
    own = [term for term in reader.own if term.concept == concept]
    return min(own, key=lambda term: term.language != language).text


def category_of(term: OwnTerm) -> str:
    """Return a term's category: our own concepts' is what the vocabulary says now."""
    ours = concepts().get(term.concept)
    return ours.category if ours else term.category
