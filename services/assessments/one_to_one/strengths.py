"""Coming back to strengths when few were named: from what was said, from the cards, from what others here offer.

To name one's strengths is a change of perspective and takes several tries. The prompts are in the person's language;
of other people they show categories that enough of them offer, and never a word that anybody said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument
from services.assessments.models import Assessment, Capability, StatedNeed
from services.assessments.one_to_one import concepts, domain, operations, repository
from services.assessments.one_to_one.domain import Said
from services.assessments.one_to_one.texts import fixed, listed
from services.assessments.publications.repository import offered_categories
from services.assessments.reports.operations import smallest_group
from services.kernel.work import Work
from services.vocabulary import CATEGORIES

_ACTIVITIES = 5
_RELATED = 3
_CARDS = 6
_COMMUNITY = 3
_LIKELY = 0.3
"""From this share on, something that was said is taken to be about a concept."""
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to say to the person, where it comes from, and which concepts or category it points at."""

    source: Literal["named", "card", "community", "instrument"]
    text: str
    language: str
    about: tuple[str, ...] = ()
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Strengths:
    """How much has been said of what the person can do, against what she needs, and what may help to say more."""

    capabilities: int
    needs: int
    thin: bool
    prompts: Sequence[Prompt]


async def read(work: Work, assessment_id: UUID) -> Strengths:
    """Return how the capability side stands, with prompts when it is thin."""
    return await _of(work, await operations.read(work, assessment_id))


async def lines(work: Work, assessment: Assessment) -> list[str]:
    """Return what to say when a finished assessment names few strengths."""
    if assessment.state not in domain.PUBLISHABLE:
        return []
    return [prompt.text for prompt in (await _of(work, assessment)).prompts]


async def _of(work: Work, assessment: Assessment) -> Strengths:
    instrument = await instruments.get(work, assessment.instrument_id)
    said = await operations.said_in(work, assessment.id)
    named, needs = await _counted(work, assessment, instrument, said)
    thin = domain.is_thin(capabilities=named, needs=needs)
    prompts = await _prompts(work, assessment, instrument, said) if thin else []
    return Strengths(named, needs, thin, prompts)


async def _counted(
    work: Work, assessment: Assessment, instrument: Instrument, said: Mapping[str, Said]
) -> tuple[int, int]:
    named = await repository.count(work, Capability, assessment.id)
    needs = await repository.count(work, StatedNeed, assessment.id)
    if assessment.state in domain.ANSWERABLE:  # what the answers tell of is not drawn from them yet
        drawn = domain.drawn_from(instrument, said)
        named, needs = named + len(drawn.capabilities), needs + len(drawn.needs)
    return named, needs


async def _prompts(
    work: Work, assessment: Assessment, instrument: Instrument, said: Mapping[str, Said]
) -> list[Prompt]:
    language = assessment.language
    offered = await offered_categories(work, least=await smallest_group(work), but=assessment.participant_id)
    touched = _touched(said.values())
    return [
        *_own(instrument, language),
        *[prompt async for prompt in _named(instrument, said, language)],
        *_community([key for key in offered if key not in touched], language),
        *_cards([key for key in CATEGORIES if key not in touched and key not in offered], language),
    ]


def _own(instrument: Instrument, language: str) -> Iterator[Prompt]:
    shown = instrument.text("strength_prompts", language)
    yield from (Prompt("instrument", line, shown.language) for line in shown.lines)


async def _named(instrument: Instrument, said: Mapping[str, Said], language: str) -> Any:
    """Yield what stands near the activities that the person has named herself; a need is no thing that she does."""
    drawn = domain.drawn_from(instrument, said)
    texts = [(one["activity"], one["language"]) for one in drawn.capabilities]
    for text, spoken in texts[:_ACTIVITIES]:
        found = [one["concept"] for one in await concepts.suggested(text, spoken) if one["share"] >= _LIKELY]
        near = [key for one in found[:1] for key in concepts.related(one)][:_RELATED]
        if near:
            others = listed((concepts.called(key, language) for key in near), language)
            words = fixed("prompt.named", language, said=text[:_LONGEST], others=others)
            yield Prompt("named", words, language, tuple(near))


def _community(categories: Sequence[str], language: str) -> Iterator[Prompt]:
    for key in [key for key in categories if key in CATEGORIES][:_COMMUNITY]:
        words = fixed("prompt.community", language, card=concepts.called(key, language))
        yield Prompt("community", words, language, (key,), CATEGORIES[key].icon)


def _cards(categories: Sequence[str], language: str) -> Iterator[Prompt]:
    for key in categories[:_CARDS]:
        words = fixed("prompt.card", language, card=concepts.called(key, language))
        yield Prompt("card", words, language, (key,), CATEGORIES[key].icon)


def _touched(answers: Any) -> set[str]:
    """Return the categories that the answers have named, as a part of an entry or picked from the cards."""
    found: set[str] = set()
    for said in answers:
        for entry in said.value if isinstance(said.value, list) else [said.value]:
            key = entry.get("category") if isinstance(entry, dict) else entry
            if isinstance(key, str) and concepts.is_known(key):
                found.add(concepts.category_of(key))
    return found
