"""Noting which question a table is at, and telling each table how far it has come."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument
from services.assessments.models import Card, LanguageTable
from services.assessments.round_tables import operations, repository
from services.assessments.round_tables.pacing import domain
from services.kernel.problems import IllegalState
from services.kernel.work import Work

_INSTRUMENT = "round-table"


async def pace(work: Work, round_table_id: UUID) -> Sequence[domain.Pace]:
    """Return how far each table has come, and what helps where strengths fall behind."""
    round_table = await operations.get(work, round_table_id)
    tables = await repository.parts(work, LanguageTable, round_table.id)
    cards = await repository.parts(work, Card, round_table.id)
    over = round_table.state in ("plenary", "closed")
    return domain.pace(tables, cards, told=_told(table.language for table in tables), over=over)


async def go_to(work: Work, round_table_id: UUID, table_id: UUID, *, question: int) -> LanguageTable:
    """Note that a table is at a question now. Raises IllegalState unless the tables are open."""
    round_table = await operations.get(work, round_table_id, share=True)
    if round_table.state != "open":
        raise IllegalState(f"The tables of a round table that is {round_table.state} are at no question.")
    table = await operations.part(work, LanguageTable, round_table_id, table_id, lock=True)
    if table.question != question:
        opened = {**table.question_opened, str(question): work.now.isoformat()}
        table.change(work.now, question=question, question_opened=opened)
        await work.record("table.changed", table.id, round_table=round_table_id, question=question)
    return table


def _told(languages: Iterable[str]) -> Mapping[str, domain.Told]:
    """Return what the instrument says to each language; where it lacks one, what it says in its own, marked so."""
    instrument = instruments.get_shipped(_INSTRUMENT)
    asked = next(question for question in instrument.questions if question.makes == "capability")
    return {language: _in_language(instrument, f"question.{asked.id}.examples", language) for language in languages}


def _in_language(instrument: Instrument, examples: str, language: str) -> domain.Told:
    shown, strengths = instrument.text(examples, language), instrument.text("strength_prompts", language)
    return domain.Told(shown.lines, strengths.lines, shown.language, strengths.language)
