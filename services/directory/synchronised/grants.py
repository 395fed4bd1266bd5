"""What a pushed line says of consent: new grants are kept, ended ones end, what ended here does not come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory.consents import operations as consents
from services.directory.models import Consent
from services.directory.synchronised.domain import Said, Standing, is_new_grant
from services.kernel.origins import HERE
from services.kernel.work import Work

Key = tuple[str, UUID]
Given = dict[int, dict[str, Any]]
"""Grants, by where they stand in the line."""


def _key(one: Consent | Mapping[str, Any]) -> Key:
    if isinstance(one, Consent):
        return one.purpose, one.recipient_id
    return one["purpose"], one["recipient_id"]


def _standing(work: Work, pairs: Sequence[consents.Pair]) -> dict[Key, Standing]:
    """Return how it stands with each purpose of each recipient."""
    found: dict[Key, Standing] = {}
    for grant, revocation in pairs:
        key = _key(grant)
        before = found.get(key, Standing())
        if consents.is_live((grant, revocation), work):
            found[key] = Standing(True, before.ended_at)
            continue
        ends = [revocation.revoked_at if revocation else grant.expires_at, before.ended_at]
        found[key] = Standing(before.live, max((one for one in ends if one is not None), default=None))
    return found


def new_ones(
    said: Said, standing: Mapping[Key, Standing], *, at: datetime, now: datetime, gone_at: datetime | None = None
) -> tuple[Given, dict[str, Any]]:
    """Return the grants to record, given when the line was said unless it says earlier, and those that stay ended.

    `gone_at`: she was here before and was taken away then, with all that she had granted.
    """
    given: Given = {}
    kept: dict[str, Any] = {}
    for number, grant in enumerate(said.consents):
        it = standing.get(_key(grant), Standing(ended_at=gone_at))
        if any(_key(grant) == _key(other) for other in given.values()):
            continue
        given_at = grant["given_at"] and min(grant["given_at"], at, now)  # a line knows of none after its own time
        if is_new_grant(it, given_at):
            given[number] = {**grant, "given_at": given_at or min(at, now)}
        elif not it.live and it.ended_at is not None:
            kept[f"consents/{number}"] = {"rule": "here", "system": HERE, "at": it.ended_at.isoformat()}
    return given, kept


async def end(work: Work, pairs: list[consents.Pair], said: Said, *, at: datetime) -> bool:
    """End those of `pairs` that a line says have ended, if they were given before; say whether there were any."""
    ended = {_key(one) for one in said.ended}
    over = [
        number for number, (grant, revocation) in enumerate(pairs)
        if revocation is None and _key(grant) in ended and grant.given_at <= at
    ]  # fmt: skip
    for number in over:
        grant, _ = pairs[number]
        pairs[number], _ = await consents.revoke_consent(work, grant.participant_id, grant.id)
    return bool(over)


def anew(work: Work, pairs: Sequence[consents.Pair], said: Said, *, at: datetime) -> tuple[Given, dict[str, Any]]:
    """Return which grants of somebody who is known are to be recorded, and those that stay ended."""
    ended = {_key(one) for one in said.ended}
    given, kept = new_ones(said, _standing(work, pairs), at=at, now=work.now)
    return {number: one for number, one in given.items() if _key(one) not in ended}, kept
