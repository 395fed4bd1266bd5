"""What the directory asks its neighbours about what they keep."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from services.kernel.retention import Aged, KindsShown
from services.kernel.upstream import Answer, UpstreamUnavailable
from services.kernel.work import Work

Shape = TypeVar("Shape", bound=BaseModel)
_PATIENCE = 20.0


async def kinds(work: Work, service: str) -> KindsShown:
    """Return what a service keeps. Raises UpstreamUnavailable."""
    return _read(KindsShown, await work.peers.ask(service, "GET", "/internal/retention", tenant=work.tenant))


async def aged(work: Work, service: str, before: Mapping[str, datetime], *, enforce: bool) -> Aged:
    """Return how much of each kind is older than its moment; with `enforce` it ends. Raises UpstreamUnavailable."""
    path = f"/internal/retention:{'enforce' if enforce else 'count'}"
    body: dict[str, Any] = {"before": {kind: moment.isoformat() for kind, moment in before.items()}}
    return _read(Aged, await work.peers.ask(service, "POST", path, tenant=work.tenant, body=body, timeout=_PATIENCE))


def _read(shape: type[Shape], answer: Answer) -> Shape:
    try:
        if answer.status == 200:
            return shape.model_validate_json(answer.body)
    except ValidationError:
        pass
    raise UpstreamUnavailable(f"A service answered {answer.status} about what it keeps.")
