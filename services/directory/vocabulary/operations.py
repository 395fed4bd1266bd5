"""What can be done with the vocabulary: look concepts up, ask what a text is about, add and take back own names.

What only reads our data files runs in a thread: the first to ask for a language waits until its file is read.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.directory import events
from services.directory.assets.domain import HeldByAnother
from services.directory.models import OwnTerm
from services.directory.search.index import term_changed
from services.directory.vocabulary import domain, repository
from services.directory.vocabulary.linkers import Linkers, Reader
from services.directory.vocabulary.search import called, search_in
from services.kernel.context import Kernel
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service
from services.vocabulary import CATEGORIES, LANGUAGES, main_language
from services.vocabulary.concepts import Concept, Text, concepts, names
from services.vocabulary.linking import Link
from services.vocabulary.normal import LONGEST_TEXT, plain


@dataclass(frozen=True, slots=True)
class Shown:
    """A concept with its names as one reader gets them, the label first, and the language they are in."""

    concept: Concept
    language: str
    names: tuple[Text, ...]


def _shown(some: Sequence[Concept], language: str) -> list[Shown]:
    return [Shown(one, *called(one.id, language)) for one in some]


async def find(typed: str, *, category: str | None, language: str, limit: int) -> list[Shown]:
    """Return the concepts that somebody may mean who has typed so much, the likeliest first."""
    among = {one.id for one in concepts().values() if category in (None, one.category)}

    def look() -> list[Shown]:
        return _shown(search_in(language).find(typed, among=among, limit=limit), language)

    return await asyncio.to_thread(look)


async def page(*, after: int, category: str | None, language: str, limit: int) -> list[tuple[int, Shown]]:
    """Return up to `limit` concepts that stand behind the position `after` in the file, each with its position."""
    some = [(n, one) for n, one in enumerate(concepts().values(), 1) if n > after and category in (None, one.category)]
    shown = await asyncio.to_thread(_shown, [one for _, one in some[:limit]], language)
    return [(n, one) for (n, _), one in zip(some, shown, strict=False)]


async def read(concept_id: str, *, language: str) -> tuple[Shown, dict[str, tuple[Text, ...]], list[str]]:
    """Return a concept, its names in every language that has some, and what is narrower. Raises NotFound."""
    if concept_id not in concepts():
        raise NotFound

    def look() -> dict[str, tuple[Text, ...]]:
        return {tongue: names(tongue)[concept_id] for tongue in LANGUAGES if concept_id in names(tongue)}

    everywhere = await asyncio.to_thread(look)
    narrower = [one.id for one in concepts().values() if one.broader == concept_id]
    return _shown([concepts()[concept_id]], language)[0], everywhere, narrower


async def link(
    kernel: Kernel, *, linkers: Linkers, tenant: UUID, text: str, language: str | None
) -> tuple[list[Link], Reader, str | None]:
    """Return what a text is about, who read it, and a note where there is something to say about the reading.

    No transaction is open meanwhile. Nothing of the text is kept.
    """
    reader = await _reader(kernel, linkers, tenant)
    letters = len(plain(text).replace(" ", ""))
    found = await linkers.read(reader, text, language) if letters > 1 else []
    cut = LONGEST_TEXT if len(text) > LONGEST_TEXT else None
    return found, reader, domain.about_reading(letters, cut=cut, found=bool(found))


async def _reader(kernel: Kernel, linkers: Linkers, tenant: UUID) -> Reader:
    async with as_service(kernel, tenant) as work:
        change = await repository.change(work)
        reader = linkers.get(tenant, change)
        terms = [] if reader else await repository.page(work)
    return reader or await linkers.make(tenant, change, terms)


async def add_term(work: Work, *, concept: str, text: str, language: str, category: str | None) -> OwnTerm:
    """Add a name of a concept, of ours or of the community's own. Raises TermExists."""
    said, spoken = plain(text), main_language(language)
    if not said:
        raise Invalid.field("/text", "has no letter and no digit")
    known = await repository.of_concept(work, concept)
    settled = domain.settled_category(_category(concept, known), category)
    if (said, spoken) in {(one.plain, one.language) for one in known} or await _is_ours(concept, said, spoken):
        raise domain.TermExists
    made = OwnTerm(
        id=work.new_id(), created_at=work.now, updated_at=work.now, created_by=work.organisation,
        concept=concept, category=settled, text=text, plain=said, language=spoken,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.record(events.TERM_CREATED, made.id)
    await term_changed(work, text)
    return made


def _category(concept: str, known: Sequence[OwnTerm]) -> str | None:
    if concept in CATEGORIES:
        raise Invalid.field("/concept", "is a category; a term names a concept")
    if concept in concepts():
        return concepts()[concept].category
    return known[0].category if known else None


async def _is_ours(concept: str, said: str, language: str) -> bool:
    """Say whether the vocabulary itself calls a concept so."""
    if concept not in concepts() or language not in LANGUAGES:
        return False

    def look() -> bool:
        return said in {plain(one.text) for one in names(language).get(concept, ())}

    return await asyncio.to_thread(look)


async def find_term(work: Work, term_id: UUID, *, lock: bool = False) -> OwnTerm:
    """Return a term. Raises NotFound."""
    found = await repository.term(work, term_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def remove_term(work: Work, term_id: UUID, *, if_match: str | None) -> None:
    """Take a term back; only the organisation that added it can."""
    term = await find_term(work, term_id, lock=True)
    if term.created_by != work.caller.organisation:
        raise HeldByAnother
    check_version(if_match, term.version)
    term.change(work.now, deleted_at=work.now)
    await work.record(events.TERM_DELETED, term.id)
    await term_changed(work, term.text)
