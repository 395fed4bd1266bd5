"""The person's own copy of an assessment, in her language: as data, as a page for a browser, as a page to print.

Headings and labels are in the language asked for where there are words in it; what somebody said stays as she said it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from html import escape
from importlib.resources import files
from typing import Any
from uuid import UUID

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument, Question, visible
from services.assessments.models import Assessment, Capability, Outcome, StatedNeed
from services.assessments.one_to_one import concepts, operations, repository
from services.assessments.one_to_one.domain import Said
from services.assessments.one_to_one.texts import FALLBACK, fixed, has, listed
from services.assessments.publications import operations as publications
from services.kernel.printing import direction, pdf
from services.kernel.work import Work

_HOME = "services.assessments.one_to_one"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is known of an item, under its label; an answer has its question above it, and no label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One capability, need, outcome or answer: its words, short marks, and lines with labels."""

    text: str
    marks: Sequence[str] = ()
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading."""

    key: str
    title: str
    items: Sequence[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole copy. `language` is the one that its headings are in, `asked` the one that was asked for."""

    asked: str
    language: str
    direction: str
    title: str
    head: Sequence[str]
    none: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class _Known:
    assessment: Assessment
    instrument: Instrument
    said: Mapping[str, Said]
    capabilities: Sequence[Capability]
    needs: Sequence[StatedNeed]
    outcomes: Sequence[Outcome]
    published: set[UUID]


async def read(work: Work, assessment_id: UUID, *, language: str | None) -> Summary:
    """Return the copy in `language`, or in the assessment's; that it was read is put on record."""
    assessment = await operations.read(work, assessment_id)
    known = _Known(
        assessment=assessment,
        instrument=await instruments.get(work, assessment.instrument_id),
        said=await operations.said_in(work, assessment.id),
        capabilities=await repository.all_items(work, Capability, assessment.id),
        needs=await repository.all_items(work, StatedNeed, assessment.id),
        outcomes=await repository.outcomes(work, assessment.id),
        published=await publications.published_sources(work, parent=assessment.id),
    )
    asked = language or assessment.language
    tongue = asked if has(asked) else FALLBACK
    sections = list(_sections(known, tongue))
    return Summary(
        asked, tongue, direction(tongue), fixed("title", tongue), _head(known, work, tongue), fixed("none", tongue),
        sections,
    )  # fmt: skip


def _head(known: _Known, work: Work, tongue: str) -> list[str]:
    dates = [("made_on", work.now.date()), ("review_on", known.assessment.review_on)]
    head = [f"{fixed(key, tongue)}: {_day(day)}" for key, day in dates if day is not None]
    if known.assessment.interpreter is not None:
        head.append(f"{fixed('interpreter', tongue)}: {known.assessment.interpreter}")
    return head


def _day(day: date) -> str:
    # Between these two signs a date reads from left to right, among Arabic letters too.
    return f"\u2066{day.isoformat()}\u2069"


def _sections(known: _Known, tongue: str) -> Iterator[Section]:
    able = [_capability(one, known, tongue) for one in known.capabilities]
    yield Section("capabilities", fixed("capabilities", tongue), able)
    yield Section("needs", fixed("needs", tongue), [_need(one, known, tongue) for one in known.needs])
    if known.outcomes:
        yield Section("outcomes", fixed("outcomes", tongue), [_outcome(one, tongue) for one in known.outcomes])
    if answers := list(_answers(known, tongue)):
        yield Section("answers", fixed("answers", tongue), answers)


def _capability(one: Capability, known: _Known, tongue: str) -> Entry:
    marks = [fixed("done_already" if one.done_already else "could_do", tongue), fixed(f"willing.{one.willing}", tongue)]
    return Entry(one.activity, [*marks, *_about(one, known, tongue)], _lines(one, ("conditions",), tongue))


def _need(one: StatedNeed, known: _Known, tongue: str) -> Entry:
    marks = [fixed(f"state.{one.state}", tongue), *_about(one, known, tongue)]
    return Entry(one.text, marks, _lines(one, ("why", "own_effort"), tongue))


def _about(one: Capability | StatedNeed, known: _Known, tongue: str) -> list[str]:
    keys = one.concepts or ([one.category] if one.category else [])
    marks = [listed((concepts.called(key, tongue) for key in keys), tongue)] if keys else []
    return [*marks, fixed("published", tongue)] if one.id in known.published else marks


def _outcome(one: Outcome, tongue: str) -> Entry:
    return Entry(one.text, (), _lines(one, ("baseline", "wished"), tongue))


def _lines(one: Any, names: Iterable[str], tongue: str) -> list[Line]:
    told = ((name, getattr(one, name)) for name in names)
    return [Line(fixed(name, tongue), str(value)) for name, value in told if value is not None]


def _answers(known: _Known, tongue: str) -> Iterator[Entry]:
    values = {key: said.value for key, said in known.said.items()}
    for question in visible(known.instrument, values):
        # What makes capabilities, needs and outcomes stands above already, as it was put right since.
        if question.public and question.makes is None and question.id in values:
            label = known.instrument.text(f"question.{question.id}", tongue).text
            value = _worded(known.instrument, question, values[question.id], tongue)
            if value:
                yield Entry(label, (), [Line("", value)])


def _worded(instrument: Instrument, question: Question, value: Any, tongue: str) -> str:
    """Return an answer in words: choices by their labels, concepts by their names."""
    if isinstance(value, list):
        return listed(filter(None, (_worded(instrument, question, one, tongue) for one in value)), tongue)
    if isinstance(value, bool):
        return fixed("yes" if value else "no", tongue)
    if isinstance(value, dict):
        told = (value.get(name) for name in ("text", "language", "starts"))
        return next((str(one) for one in told if one), "")
    if question.list_name is not None and value in question.choices():
        return instrument.text(f"choice.{question.list_name}.{value}", tongue).text or str(value)
    if question.type in {"concepts", "category"}:
        return concepts.called(value, tongue)
    return str(value)


async def printed(found: Summary, work: Work) -> bytes:
    """Return the copy as a PDF."""
    template = files(_HOME).joinpath("summary.typ").read_text(encoding="utf-8")
    return await pdf(template, asdict(found), at=work.now)


_STYLE = (
    "body{font-family:'Noto Sans',sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;line-height:1.5}"
    "article{border:1px solid #bbb;border-radius:.4rem;padding:.6rem .9rem;margin:.6rem 0;break-inside:avoid}"
    "h3{margin:0;font-size:1.05rem}p{margin:.15rem 0}.mark{color:#1f5f4a}.head,.none,.label{color:#555}"
    "@media print{body{margin:0;max-width:none}}"
)


def page(found: Summary) -> str:
    """Return the copy as a page for a browser: no scripts, nothing from outside."""
    sections = "".join(_section_html(one, none=found.none) for one in found.sections)
    head = escape(" · ".join(found.head))
    return (
        f'<!doctype html><html lang="{escape(found.language)}" dir="{found.direction}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(found.title)}</title>'
        f'<style>{_STYLE}</style></head><body><h1>{escape(found.title)}</h1><p class="head">{head}</p>'
        f"{sections}</body></html>"
    )


def _section_html(section: Section, *, none: str) -> str:
    inside = "".join(_entry_html(one) for one in section.items) or f'<p class="none">{escape(none)}</p>'
    return f"<section><h2>{escape(section.title)}</h2>{inside}</section>"


def _entry_html(entry: Entry) -> str:
    # What people said may be in another script than the headings: each text finds its own direction.
    marks = "".join(f'<p class="mark">{escape(mark)}</p>' for mark in entry.marks)
    lines = "".join(f"<p>{_label_html(line.label)}<bdi>{escape(line.value)}</bdi></p>" for line in entry.lines)
    return f'<article><h3 dir="auto">{escape(entry.text)}</h3>{marks}{lines}</article>'


def _label_html(label: str) -> str:
    return f'<span class="label">{escape(label)}:</span> ' if label else ""
