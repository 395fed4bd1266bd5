"""HTTP for the policy and for the report on fairness."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.matching.fairness import operations
from services.matching.fairness.schemas import FairnessReport, PolicyPublic, PolicyPut
from services.matching.models import Policy

router = APIRouter(prefix="/v1", route_class=WorkRoute, tags=["fairness"])
Read = Annotated[Work, within("matching:read")]
Manage = Annotated[Work, within("matching:manage")]
Report = Annotated[Work, within("reports:read")]


def _shown(row: Policy) -> PolicyPublic:
    return PolicyPublic.model_validate({**row.model_dump(), "shares": operations.weighing(row).shares})


@router.get("/matching-policy", operation_id="read_matching_policy", summary="See how candidates are weighed")
async def read(work: Read, response: Response) -> PolicyPublic:
    row = await operations.policy(work)
    tag(response, row.version)
    return _shown(row)


@router.put("/matching-policy", operation_id="put_matching_policy", summary="Decide how much fairness counts")
async def put(body: PolicyPut, work: Manage, response: Response, if_match: IfMatch = None) -> PolicyPublic:
    """It counts from the next list of candidates on, for the whole community."""
    row = await operations.decide(work, fairness=body.fairness, if_match=if_match)
    tag(response, row.version, "/v1/matching-policy")
    return _shown(row)


@router.get("/reports/fairness", operation_id="report_fairness", summary="See how evenly people are asked")
async def report(work: Report) -> FairnessReport:
    return FairnessReport.model_validate((await operations.report(work)).model_dump())
