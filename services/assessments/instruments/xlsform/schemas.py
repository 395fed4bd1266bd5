"""What is said about an XLSForm that was written or read."""

from pydantic import BaseModel, Field

from services.assessments.instruments.schemas import InstrumentPublic
from services.assessments.instruments.xlsform.report import Report


class LossPublic(BaseModel):
    """Something that was not carried over: in which sheet, row and column, what it is, and why."""

    sheet: str
    row: int | None
    column: str
    what: str
    why: str


class CarriedPublic(BaseModel):
    carried: dict[str, int] = Field(examples=[{"questions": 12, "choices": 30}])
    not_carried: list[LossPublic]


class ImportedPublic(CarriedPublic):
    instrument: InstrumentPublic


def carried(report: Report) -> CarriedPublic:
    """Return a report as it is shown."""
    losses = [
        LossPublic(sheet=one.sheet, row=one.row, column=one.column, what=one.what, why=one.why)
        for one in report.not_carried
    ]
    return CarriedPublic(carried=dict(sorted(report.carried.items())), not_carried=losses)
