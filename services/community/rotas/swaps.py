"""Swaps: somebody asks another to take a turn, or to change turns; what comes of it must keep the rota's rules."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.community.models import Rota, Swap, Turn
from services.community.rotas import domain, repository
from services.community.rotas.operations import get, helper_of, present, taken_of
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.work import Work

_WHY: Mapping[domain.Rule, str] = {
    "household": "Two of one household would take a turn together.",
    "day": "One of them cannot come on that day.",
    "place": "One of them does not take turns at that place.",
    "twice": "One of them would have two turns on one day.",
    "most": "One of them would have more turns than she takes at the most.",
    "left": "One of them has left.",
}


async def propose(
    work: Work, rota_id: UUID, *, turn_id: UUID, with_turn_id: UUID | None, to_volunteer_id: UUID | None
) -> Swap:
    """Propose a swap. Raises SwapBreaksRule at once where it could not be accepted now."""
    rota = await get(work, rota_id, lock=True)
    turn = await _planned(work, rota, turn_id, "/turn_id")
    other = None if with_turn_id is None else await _planned(work, rota, with_turn_id, "/with_turn_id")
    to = other.volunteer_id if other is not None else await _volunteer(work, rota, to_volunteer_id)
    if to == turn.volunteer_id:
        raise Invalid.field("/with_turn_id" if other else "/to_volunteer_id", "is the same volunteer")
    made = Swap(
        id=work.new_id(), rota_id=rota.id, turn_id=turn.id, with_turn_id=with_turn_id, to_volunteer_id=to,
        created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    await _check(work, rota, turn, other, to)
    await repository.add(work, made)
    await work.record("swap.proposed", made.id, rota=rota.id, turn=turn.id, volunteer=to)
    return made


async def one(work: Work, rota_id: UUID, swap_id: UUID) -> Swap:
    """Return a swap. Raises NotFound."""
    return await _swap(work, await get(work, rota_id), swap_id)


async def accept(work: Work, rota_id: UUID, swap_id: UUID) -> Swap:
    """Note that the other agrees: the turns change hands. Raises SwapBreaksRule; then nothing has changed."""
    rota = await get(work, rota_id, lock=True)
    swap = await _proposed(work, rota, swap_id)
    turn = await _planned(work, rota, swap.turn_id, "/turn_id")
    other = None if swap.with_turn_id is None else await _planned(work, rota, swap.with_turn_id, "/with_turn_id")
    await _check(work, rota, turn, other, swap.to_volunteer_id)
    giver = turn.volunteer_id
    handed = [(turn, swap.to_volunteer_id)] + ([] if other is None else [(other, giver)])
    for old, _ in handed:
        old.change(work.now, state="swapped")
    await work.session.flush()  # before the new turns: nobody may have two on a day, not even for a moment
    await repository.add(work, *(_taken_over(work, old, volunteer) for old, volunteer in handed))
    for old, volunteer in handed:
        await work.record("turn.swapped", old.id, rota=rota.id, volunteer=volunteer)
    swap.change(work.now, state="accepted")
    await work.session.flush()
    await repository.lapse(work, rota.id)
    await work.record("swap.accepted", swap.id, rota=rota.id)
    return swap


async def decline(work: Work, rota_id: UUID, swap_id: UUID) -> Swap:
    """Note that the other does not agree: everything stays as it is."""
    rota = await get(work, rota_id, lock=True)
    swap = await _proposed(work, rota, swap_id)
    swap.change(work.now, state="declined")
    await work.record("swap.declined", swap.id, rota=rota.id)
    return swap


def _taken_over(work: Work, old: Turn, volunteer: UUID) -> Turn:
    return Turn(
        id=work.new_id(), rota_id=old.rota_id, volunteer_id=volunteer, day=old.day, place=old.place,
        instead_of=old.id, created_at=work.now, updated_at=work.now,
    )  # fmt: skip


async def _swap(work: Work, rota: Rota, swap_id: UUID) -> Swap:
    found = await repository.part(work, Swap, rota.id, swap_id)
    if found is None:
        raise NotFound
    return found


async def _proposed(work: Work, rota: Rota, swap_id: UUID) -> Swap:
    swap = await _swap(work, rota, swap_id)
    if swap.state != "proposed":
        raise IllegalState(f"It is {swap.state} already.")
    return swap


async def _planned(work: Work, rota: Rota, turn_id: UUID, path: str) -> Turn:
    turn = await repository.part(work, Turn, rota.id, turn_id)
    if turn is None:
        raise Invalid.field(path, "is no turn of this rota")
    if turn.state != "planned":
        raise domain.TurnNotPlanned(f"It is {turn.state}.")
    return turn


async def _volunteer(work: Work, rota: Rota, volunteer_id: UUID | None) -> UUID:
    try:
        assert volunteer_id is not None
        return (await present(work, rota.id, volunteer_id)).id
    except NotFound:
        raise Invalid.field("/to_volunteer_id", "is no volunteer of this rota") from None


async def _check(work: Work, rota: Rota, turn: Turn, other: Turn | None, to: UUID) -> None:
    """Raise SwapBreaksRule unless both could take what they would get, once both have given up what they have."""
    helpers = {row.id: helper_of(row) for row in await repository.volunteers(work, rota.id)}
    moved = {turn.id, other.id if other is not None else turn.id}
    rest = [taken_of(row) for row in await repository.standing(work, rota.id) if row.id not in moved]
    after = [replace(taken_of(turn), volunteer=to)]
    if other is not None:
        after.append(replace(taken_of(other), volunteer=turn.volunteer_id))
    for number, got in enumerate(after):
        others = [*rest, *(one for place, one in enumerate(after) if place != number)]
        broken = domain.broken_rule(
            helpers[got.volunteer], turn=got, others=others, helpers=helpers, households=rota.different_households
        )
        if broken is not None:
            raise domain.SwapBreaksRule(_WHY[broken], rule=broken)
