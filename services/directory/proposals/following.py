"""What the directory does about the facts of assessments: proposals come with responses, and go with them."""

from collections.abc import Sequence

from services.directory.proposals import operations
from services.kernel.events import Event
from services.kernel.work import Work


async def follow_assessments(work: Work, facts: Sequence[Event]) -> None:
    """Make a proposal of each response that asks to be listed; take away what is open of what is gone."""
    for fact in facts:
        if fact.type == "asset_answer.given":
            await operations.propose(work, fact.subject)
        elif fact.type == "asset_answer.withdrawn":
            await operations.take_away(work, response_id=fact.subject)
        elif fact.type == "survey.deleted":
            await operations.take_away(work, survey_id=fact.subject)
