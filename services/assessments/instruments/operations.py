"""What can be done with instruments: read them, make one's own, publish, withdraw and revise them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.assessments.instruments import repository
from services.assessments.instruments.definition import definition_of, translations_of, wording_of, written_wording
from services.assessments.instruments.domain import (
    Completeness,
    Instrument,
    check_changeable,
    check_complete,
    check_texts,
    check_usable,
    completeness,
    sound,
)
from services.assessments.instruments.repository import Position
from services.assessments.instruments.texts import allowed
from services.assessments.models import OwnInstrument
from services.kernel.problems import Forbidden, IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


def all_of_them() -> Sequence[Instrument]:
    """Return every shipped instrument, by name and version."""
    return list(repository.shipped().values())


def get_shipped(name: str, version: int | None = None) -> Instrument:
    """Return a shipped instrument, the newest version unless one is named. Raises NotFound."""
    found = [one for one in all_of_them() if one.name == name and version in (None, one.version)]
    if not found:
        raise NotFound
    return found[-1]


async def get(work: Work, instrument_id: UUID) -> Instrument:
    """Return an instrument, shipped or of the tenant's own, in any state. Raises NotFound."""
    found = repository.shipped().get(instrument_id) or await _own(work, instrument_id)
    return (await _with_reviews(work, [found]))[0]


async def usable(work: Work, instrument_id: UUID) -> Instrument:
    """Return an instrument that answers may be given to. Raises InstrumentNotPublished, InstrumentWithdrawn."""
    found = await get(work, instrument_id)
    check_usable(found)
    return found


async def read(work: Work, instrument_id: UUID) -> Instrument:
    """Return an instrument that the caller may see: others' drafts are as unknown ones. Raises NotFound."""
    found = await get(work, instrument_id)
    if found.state == "draft" and (work.caller.person is not None or found.held_by != work.caller.organisation):
        raise NotFound
    return found


async def _own(work: Work, instrument_id: UUID) -> Instrument:
    row = await repository.row(work, instrument_id)
    if row is None:
        raise NotFound
    return repository.instrument(row)


async def _with_reviews(work: Work, found: Sequence[Instrument]) -> list[Instrument]:
    read = await repository.reviews(work, [one.id for one in found])
    return [one.reviewed(read[one.id]) if read[one.id] else one for one in found]


def position(instrument: Instrument) -> Position:
    """Return where an instrument stands in the list."""
    return instrument.name, instrument.version, instrument.id


async def page(
    work: Work, *, use: str | None, name: str | None, state: str | None, after: Position | None, limit: int
) -> Sequence[Instrument]:
    """Return instruments by name and version, shipped and own together, one more than `limit`."""
    own = await repository.page(work, use=use, name=name, state=state, after=after, limit=limit)
    shipped = [
        one
        for one in all_of_them()
        if use in (None, one.use) and name in (None, one.name) and state in (None, one.state)
        and (after is None or position(one) > after)
    ]  # fmt: skip
    found = sorted([*map(repository.instrument, own), *shipped], key=position)[: limit + 1]
    return await _with_reviews(work, found)


def _as_organisation(work: Work) -> UUID:
    if work.caller.person is not None:
        raise Forbidden("Instruments are made by organisations.")
    return work.organisation


async def create(work: Work, *, definition: Mapping[str, Any]) -> Instrument:
    """Make a draft. Raises DefinitionWrong."""
    _as_organisation(work)
    number = await repository.highest(work, definition["name"]) + 1
    return await _made(work, definition, number)


async def _made(work: Work, definition: Mapping[str, Any], number: int) -> Instrument:
    drafted = sound(definition, repository.cards(), id=work.new_id(), version=number, state="draft")
    row = OwnInstrument(
        id=drafted.id, name=drafted.name, number=number, use=drafted.use, held_by=work.organisation,
        definition=definition_of(drafted), translations=translations_of(drafted),
        created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    await repository.add(work, row)
    await _tell(work, "instrument.created", row)
    return repository.instrument(row)


async def replace(
    work: Work, instrument_id: UUID, *, definition: Mapping[str, Any], if_match: str | None
) -> Instrument:
    """Put another definition in the place of a draft's; without `translations` its words stay."""
    row = await _draft(work, instrument_id, if_match)
    if definition["name"] != row.name:
        raise Invalid.field("/name", "cannot be changed; make a draft of that name")
    wanted = sound(definition, repository.cards(), id=row.id, version=row.number)
    words = translations_of(wanted) if "translations" in definition else _still_said(wanted, row.translations)
    for language in {*row.translations, *words}:
        await _forget_changed(work, row, language, words.get(language, {}))
    if row.change(work.now, use=wanted.use, definition=definition_of(wanted), translations=words):
        await _tell(work, "instrument.changed", row)
    return await get(work, row.id)


def _still_said(wanted: Instrument, translations: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words that are left when the texts of what is gone go with it."""
    known, kept = allowed(wanted), {}
    for language, raw in translations.items():
        kept[language] = {**raw, "texts": {key: text for key, text in raw["texts"].items() if key in known}}
        if "reviews" in raw:
            kept[language]["reviews"] = {key: review for key, review in raw["reviews"].items() if key in known}
    return kept


async def change(work: Work, instrument_id: UUID, *, changes: Mapping[str, Any], if_match: str | None) -> Instrument:
    """Change parts of a draft; what is not named stays."""
    row = await _draft(work, instrument_id, if_match)
    return await replace(work, instrument_id, definition={**row.definition, **changes}, if_match=None)


async def translate(
    work: Work, instrument_id: UUID, *, language: str, wording: Mapping[str, Any], if_match: str | None
) -> Instrument:
    """Put the texts of one language in the place of those a draft has."""
    row = await _draft(work, instrument_id, if_match)
    check_texts(repository.instrument(row), wording["texts"])
    words = written_wording(wording_of(language, wording))
    await _forget_changed(work, row, language, words)
    if row.change(work.now, translations={**row.translations, language: words}):
        await _tell(work, "instrument.changed", row)
    return await get(work, row.id)


async def _forget_changed(work: Work, row: OwnInstrument, language: str, words: Mapping[str, Any]) -> None:
    before, now = row.translations.get(language, {}).get("texts", {}), words.get("texts", {})
    if changed := [key for key, text in before.items() if now.get(key) != text]:
        await repository.forget_reviews(work, row.id, language=language, keys=changed)


async def delete(work: Work, instrument_id: UUID, *, if_match: str | None) -> None:
    """Delete a draft. Raises InstrumentPublished for anything else."""
    row = await _draft(work, instrument_id, if_match)
    row.change(work.now, deleted_at=work.now)
    await _tell(work, "instrument.deleted", row)


async def publish(work: Work, instrument_id: UUID, *, if_match: str | None = None) -> Instrument:
    """Let people be asked from a draft; from now on it never changes. Raises TextsMissing."""
    row = await _draft(work, instrument_id, if_match)
    check_complete(repository.instrument(row))
    row.change(work.now, state="published", published_at=work.now)
    await _tell(work, "instrument.published", row)
    return await get(work, row.id)


async def withdraw(work: Work, instrument_id: UUID, *, if_match: str | None = None) -> Instrument:
    """Take a published instrument out of use; what was answered stays readable. Raises IllegalState."""
    row = await _held(work, instrument_id, if_match)
    if row.state != "published":
        raise IllegalState(f"An instrument that is {row.state} cannot be withdrawn.")
    row.change(work.now, state="withdrawn", withdrawn_at=work.now)
    await _tell(work, "instrument.withdrawn", row)
    return await get(work, row.id)


async def revise(work: Work, instrument_id: UUID) -> Instrument:
    """Make a draft of the next version from a shipped or a published one. Raises IllegalState for a draft."""
    _as_organisation(work)
    found = await read(work, instrument_id)
    if found.state == "draft":
        raise IllegalState("A draft is changed, not revised.")
    number = max(found.version, await repository.highest(work, found.name)) + 1
    return await _made(work, {**definition_of(found), "translations": translations_of(found)}, number)


async def note_review(
    work: Work, instrument_id: UUID, *, language: str, keys: Iterable[str] | None, by: str
) -> Instrument:
    """Note that a native speaker has read texts, all of the language unless `keys` name some. It changes no text."""
    _as_organisation(work)
    found = await read(work, instrument_id)
    if language not in found.wordings:
        raise NotFound
    there = found.wordings[language].texts
    wanted = list(there) if keys is None else list(dict.fromkeys(keys))
    for place, key in enumerate(wanted):
        if key not in there:
            raise Invalid.field(f"/keys/{place}", "is no text of this language")
    if await repository.note(work, found.id, language=language, keys=wanted, by=by):
        await work.record("instrument.reviewed", found.id, state=found.state)
    return await get(work, found.id)


async def translations(work: Work, instrument_id: UUID) -> Sequence[Completeness]:
    """Return how complete each language of an instrument is."""
    found = await read(work, instrument_id)
    return [completeness(found, language) for language in found.languages]


async def _held(work: Work, instrument_id: UUID, if_match: str | None) -> OwnInstrument:
    """Return one of the caller's organisation, locked. Shipped ones, and others' published ones, cannot be changed."""
    _as_organisation(work)
    check_not_shipped(instrument_id)
    row = await repository.row(work, instrument_id, lock=True)
    if row is None or (row.held_by != work.organisation and row.state == "draft"):
        raise NotFound
    if row.held_by != work.organisation:
        raise Forbidden("Another organisation holds this instrument.")
    check_version(if_match, row.version)
    return row


def check_not_shipped(instrument_id: UUID) -> None:
    """Raise InstrumentPublished for an instrument that is shipped."""
    if instrument_id in repository.shipped():
        check_changeable(repository.shipped()[instrument_id])


async def _draft(work: Work, instrument_id: UUID, if_match: str | None) -> OwnInstrument:
    row = await _held(work, instrument_id, None)
    check_changeable(repository.instrument(row))
    check_version(if_match, row.version)
    return row


async def _tell(work: Work, fact: str, row: OwnInstrument) -> None:
    await work.record(fact, row.id, state=row.state)
