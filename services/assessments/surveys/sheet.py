"""Survey results as CSV."""

from typing import Any

from services.assessments.reports.sheet import written
from services.assessments.surveys.schemas import Comparison, SurveyResults


def results_sheet(results: SurveyResults) -> str:
    """Return a row for each choice of each question, and one for each question that has a mean or a number only."""
    heads = ["question", "text", "answered", "choice", "label", "count", "percent", "mean"]
    rows: list[list[Any]] = []
    for one in results.questions:
        start: list[Any] = [one.id, one.text, "withheld" if one.withheld else one.n]
        rows += [[*start, choice.key, choice.label, choice.count, choice.percent, None] for choice in one.choices]
        if one.mean is not None or not one.choices:
            rows.append([*start, None, None, None, None, one.mean])
    return written(heads, rows)


def comparison_sheet(compared: Comparison) -> str:
    """Return a row for each choice of each question, with a column of percent for each wave."""
    waves = [wave.wave or wave.title for wave in compared.waves]
    rows = [
        [one.id, one.text, choice.key, choice.label, *(share.percent for share in choice.waves)]
        for one in compared.questions
        for choice in one.choices
    ]
    return written(["question", "text", "choice", "label", *waves], rows)
