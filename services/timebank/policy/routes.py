"""The address of the policy."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.timebank.models import Policy
from services.timebank.policy import operations
from services.timebank.policy.schemas import TimebankPolicy, TimebankPolicyPut

router = APIRouter(route_class=WorkRoute, tags=["accounts"])
_HOME = "/v1/timebank-policy"


def _shown(row: Policy) -> TimebankPolicy:
    return TimebankPolicy.model_validate(row.model_dump())


@router.get(_HOME, operation_id="read_timebank_policy", summary="See what limits and alerts accounts have")
async def read(work: Annotated[Work, within("timebank:read")], response: Response) -> TimebankPolicy:
    """Return what the community has decided for its accounts."""
    row = await operations.policy(work)
    tag(response, row.version)
    return _shown(row)


@router.put(_HOME, operation_id="put_timebank_policy", summary="Decide what limits and alerts accounts have")
async def put(
    body: TimebankPolicyPut,
    work: Annotated[Work, within("timebank:manage")],
    response: Response,
    if_match: IfMatch = None,
) -> TimebankPolicy:
    """Decide it for the whole community. Credit limit and alerts count at once, the debit limit for new accounts."""
    row = await operations.decide(
        work,
        debit_limit=body.debit_limit_seconds,
        credit_limit=body.credit_limit_seconds,
        low_alert=body.low_alert_seconds,
        high_alert=body.high_alert_seconds,
        if_match=if_match,
    )
    tag(response, row.version, _HOME)
    return _shown(row)
