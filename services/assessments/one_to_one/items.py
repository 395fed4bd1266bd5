"""What happens to one capability or need: added, put right, linked to concepts, agreed to, made known, taken back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from services.assessments.access import check_worker
from services.assessments.instruments import operations as instruments
from services.assessments.models import (
    Agreement,
    Assessment,
    Capability,
    Negotiation,
    Publication,
    StatedNeed,
    WeighedRisk,
)
from services.assessments.one_to_one import concepts, domain, operations, repository
from services.assessments.one_to_one.repository import Item, OfItem
from services.assessments.publications import operations as publications
from services.assessments.publications.domain import Source, Terms
from services.kernel.pages import After
from services.kernel.problems import NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Consent:
    """That the person lets one item be made known, or takes it back; how she said so, and in which language."""

    given: bool
    method: str
    language: str
    by: str = "person"
    interpreter: str | None = None
    notice_version: str | None = None


async def add(work: Work, kind: type[Item], assessment_id: UUID, *, values: dict[str, Any]) -> Item:
    """Add one that the answers did not tell of."""
    assessment = await operations.get(work, assessment_id)
    return await operations.add_item(work, kind, assessment, {"language": assessment.language, **values})


async def page(work: Work, kind: type[Item], assessment_id: UUID, *, after: After, limit: int) -> Sequence[Item]:
    """Return a page of them, and put on record that they were read."""
    assessment = await operations.read(work, assessment_id)
    return await repository.item_page(work, kind, assessment.id, after=after, limit=limit)


async def read(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> Item:
    """Return one, and put on record that it was read. Raises NotFound."""
    await operations.read(work, assessment_id)
    return (await _find(work, kind, assessment_id, item_id))[1]


async def change(
    work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, if_match: str | None, changes: dict[str, Any],
    consent: Consent | None = None,
) -> Item:  # fmt: skip
    """Put one right; what is published of it follows. Other words are about other things until that is confirmed.

    Nor has she agreed to other words: where the former ones are published, `consent` must come with the change.
    """
    assessment, item = await _find(work, kind, assessment_id, item_id)
    check_version(if_match, item.version)
    before = _words(item)
    changed = item.change(work.now, **changes)
    if consent is not None:
        await _note_consent(work, assessment, item, consent)
    if _words(item) != before:
        await _reworded(work, item, agreed=consent is not None and consent.given)
    if changed:
        await _follow(work, assessment, item)
    return item


async def _reworded(work: Work, item: Item, *, agreed: bool) -> None:
    """Begin anew with what others have confirmed about an item. Raises ItemConsentMissing."""
    item.concepts_suggested = await concepts.suggested(*_words(item))
    item.concepts, item.concepts_confirmed_by, item.concepts_confirmed_at = [], None, None
    if work.caller.person is not None or agreed:
        return
    if await publications.is_live(work, source_id=item.id):
        raise domain.ItemConsentMissing("Other words than those she has agreed to need her consent again.")
    item.agreed = None
    if isinstance(item, StatedNeed):
        item.state = "stated"


async def confirm_concepts(
    work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, named: Sequence[str], by: str
) -> Item:
    """Note which concepts it is about, as a person has confirmed; the first gives it a category if it has none."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    category = item.category or (concepts.category_of(named[0]) if named else None)
    item.change(
        work.now, concepts=list(named), category=category, concepts_confirmed_by=by, concepts_confirmed_at=work.now
    )
    await _follow(work, assessment, item)
    return item


async def delete(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, if_match: str | None) -> None:
    """Delete one; what is published of it is taken back."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    check_version(if_match, item.version)
    await publications.drop(work, source_id=item.id)
    item.change(work.now, deleted_at=work.now)
    await _tell(work, "deleted", assessment, item)


async def agree(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, consent: Consent) -> Item:
    """Keep what the person says to its being made known; when she takes it back, so is what is published."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    await _note_consent(work, assessment, item, consent)
    return item


async def _note_consent(work: Work, assessment: Assessment, item: Item, consent: Consent) -> None:
    if consent.by == "representative":
        domain.check_represented(needed=True, representative=assessment.representative)
    if consent.given:
        _check_represented(assessment)
        await _check_understood(work, assessment, consent)
    await repository.add(work, Agreement(**_of(work, assessment, item), **asdict(consent)))
    item.change(work.now, agreed=consent.given, agreed_at=work.now)
    await _tell(work, "agreed" if consent.given else "disagreed", assessment, item)
    if not consent.given:
        await publications.drop(work, source_id=item.id)


def _check_represented(assessment: Assessment) -> None:
    needed = assessment.under_18 or assessment.decides_with_representative
    domain.check_represented(needed=needed, representative=assessment.representative)


async def _check_understood(work: Work, assessment: Assessment, consent: Consent) -> None:
    instrument = await instruments.get(work, assessment.instrument_id)
    asks = [f"question.{question.id}" for question in instrument.questions if question.type == "consent"]
    # Without a question of consent the words are the app's own: they are trusted in the languages that were reviewed.
    own = {tongue for tongue, wording in instrument.wordings.items() if wording.state != "unreviewed"}
    reviewed = consent.language.partition("-")[0] in {tongue.partition("-")[0] for tongue in own}
    if asks:
        reviewed = all(operations.is_reviewed(instrument, key, consent.language) for key in asks)
    sittings = await repository.sittings(work, assessment.id)
    spoken = (consent.interpreter, assessment.interpreter, *(one.interpreter for one in sittings))
    domain.check_understood(reviewed=reviewed, interpreters=spoken)


async def publish(
    work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, terms: Terms, consent: Consent | None
) -> Publication:
    """Make one known to matching: only when she is willing, and has agreed that this one is made known."""
    if consent is not None and not consent.given:
        raise domain.ItemConsentMissing("What she refuses is noted by :agree, which takes back what is published.")
    await operations.get(work, assessment_id, lock=True)  # it is not deleted meanwhile: nobody could take it back then
    assessment, item = await _find(work, kind, assessment_id, item_id)
    domain.check_publishable(assessment.state)
    _check_represented(assessment)
    source = source_of(assessment, item)
    await publications.check(work, source=source, terms=terms)
    if consent is None and work.caller.person is not None and not item.agreed:
        consent = Consent(given=True, method="app", language=assessment.language)
    if consent is not None:
        await _note_consent(work, assessment, item, consent)
    if not item.agreed:
        raise domain.ItemConsentMissing
    return await publications.make_known(work, source=source, terms=terms)


async def unpublish(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> Publication:
    """Take back what is published of one, also when consent has ended. Raises NotPublished."""
    item = await _item(work, kind, await operations.held(work, assessment_id), item_id)
    return await publications.unpublish(work, source_id=item.id)


async def negotiate(
    work: Work, assessment_id: UUID, item_id: UUID, *, outcome: str, person_agrees: bool, worker: str,
    why_not: str | None,
) -> StatedNeed:  # fmt: skip
    """Note what the person and the worker make of a need. Raises NotAgreedByBoth, Forbidden for the person alone."""
    assessment, need = await _find(work, StatedNeed, assessment_id, item_id)
    check_worker(work)
    domain.check_negotiated(outcome, person_agrees=person_agrees, why_not=why_not)
    said: dict[str, Any] = {"outcome": outcome, "person_agrees": person_agrees, "worker": worker, "why_not": why_not}
    await repository.add(work, Negotiation(**_of(work, assessment, need), **said))
    need.change(work.now, state=outcome)
    await _tell(work, outcome, assessment, need)
    return need


async def weigh(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, **said: Any) -> WeighedRisk:
    """Note a risk, who weighed it and what is done about it. It hinders nothing by itself."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    check_worker(work)
    risk = await repository.add(work, WeighedRisk(**_of(work, assessment, item), **said))
    await _tell(work, "risk_weighed", assessment, item, risk=risk.id)
    return risk


async def noted(
    work: Work, kind: type[Item], what: type[OfItem], assessment_id: UUID, item_id: UUID
) -> Sequence[OfItem]:
    """Return what was noted of one: its agreements, negotiations or risks; and put on record that it was read."""
    item = await read(work, kind, assessment_id, item_id)
    return await repository.of_item(work, what, item.id)


async def risk(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, risk_id: UUID) -> WeighedRisk:
    """Return one risk. Raises NotFound."""
    weighed = await noted(work, kind, WeighedRisk, assessment_id, item_id)
    found = next((one for one in weighed if one.id == risk_id), None)
    if found is None:
        raise NotFound
    return found


def source_of(assessment: Assessment, item: Capability | StatedNeed) -> Source:
    """Return what a publication of `item` is made from."""
    owner: dict[str, Any] = {
        "parent": assessment.id,
        "participant_id": assessment.participant_id,
        "held_by": assessment.held_by,
        "language": item.language,
        "category": item.category,
        "concepts": item.concepts,
    }
    if isinstance(item, StatedNeed):
        return Source(kind="need", system="assessment", id=item.id, text=item.text, **owner)
    return Source(
        kind="offer", system="assessment", id=item.id, text=item.activity, willing=item.willing,
        means=item.means, minutes=item.minutes, availability=item.availability, conditions=item.sharing, **owner,
    )  # fmt: skip


def _words(item: Capability | StatedNeed) -> tuple[str, str]:
    return (item.activity if isinstance(item, Capability) else item.text), item.language


def _of(work: Work, assessment: Assessment, item: Capability | StatedNeed) -> dict[str, Any]:
    caller = work.caller.named
    own = {"id": work.new_id(), "created_at": work.now, "caller": caller}
    return {**own, "assessment_id": assessment.id, "item_id": item.id}


async def _find(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> tuple[Assessment, Item]:
    assessment = await operations.get(work, assessment_id)
    return assessment, await _item(work, kind, assessment, item_id)


async def _item(work: Work, kind: type[Item], assessment: Assessment, item_id: UUID) -> Item:
    found = await repository.item(work, kind, assessment.id, item_id)
    if found is None:
        raise NotFound
    return found


async def _follow(work: Work, assessment: Assessment, item: Capability | StatedNeed) -> None:
    await _tell(work, "changed", assessment, item)
    await publications.follow_source(work, source=source_of(assessment, item))


async def _tell(work: Work, happened: str, assessment: Assessment, item: Capability | StatedNeed, **more: UUID) -> None:
    about = "capability" if isinstance(item, Capability) else "stated_need"
    ids = {"assessment": assessment.id, "participant": assessment.participant_id, **more}
    await work.record(f"{about}.{happened}", item.id, **ids)
