"""The directory's narrow view of a survey: what one response said for publication, and nothing else of it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.kernel.problems import Unavailable
from services.kernel.work import Work


class Response(BaseModel):
    """What a response to a community asset survey said for the directory, and who held the survey."""

    survey_id: UUID
    held_by: UUID
    answers: dict[str, Any]


async def asset_answers(work: Work, response_id: UUID) -> Response | None:
    """Return what a response said for publication; None when it asks for no entry, or is gone. Raises Unavailable."""
    answer = await work.peers.ask("assessments", "GET", f"/internal/asset-answers/{response_id}", tenant=work.tenant)
    if answer.status == 404:
        return None
    try:
        return Response.model_validate_json(answer.body)
    except ValidationError:
        raise Unavailable("What a survey says cannot be read.") from None
