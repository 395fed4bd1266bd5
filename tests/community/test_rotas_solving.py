"""While a rota is planned: others go on writing, few plans are solved at once, none for long, and reads are kept."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from services.community.rotas import planning, solving
from services.kernel.upstream import Answer
from tests.community.conftest import Room, problem
from tests.community.test_rotas import START, TODAY, cleaning_plan, join, seats

Write = Callable[[Room, str, list[str], dict[str, Any]], Awaitable[Any]]
ANEW = {"from_day": TODAY.isoformat()}


@dataclass
class Solver:
    """The solver, held until it is let go; it notes how many plans it was asked for, and in how many seconds."""

    real: Callable[..., planning.Plan]
    go: threading.Event = field(default_factory=threading.Event)
    asked: list[float] = field(default_factory=list)

    def __call__(self, *given: Any, seconds: float, **more: Any) -> planning.Plan:
        self.asked.append(seconds)
        assert self.go.wait(30)
        return self.real(*given, seconds=seconds, **more)

    async def at_work(self, plans: int = 1) -> None:
        """Wait until so many plans are being solved."""
        async with asyncio.timeout(5):
            while len(self.asked) < plans:  # noqa: ASYNC110  it is a thread that counts
                await asyncio.sleep(0.01)


@pytest.fixture
def solver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Solver]:
    """A solver that works until the test lets it go."""
    held = Solver(planning.plan)
    monkeypatch.setattr(planning, "plan", held)
    yield held
    held.go.set()


async def in_time(asked: Awaitable[Any]) -> Any:
    """Insist that an answer does not wait for the solver: a locked row would be waited for eight seconds."""
    return await asyncio.wait_for(asked, 4)


async def planned_while(room: Room, solver: Solver, path: str, body: Any, write: Awaitable[Any]) -> Answer:
    """Begin to plan, write meanwhile, then let the solver finish and return its answer."""
    solver.go.clear()
    planning_it = asyncio.create_task(room.ask("POST", path, body))
    await solver.at_work(len(solver.asked) + 1)
    await in_time(write)
    solver.go.set()
    return await planning_it


async def _join(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    return await join(room, home.rpartition("/")[2], 70)


async def _cannot(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    return await room.do("PATCH", f"{home}/volunteers/{joined[0]}", {"not_on": [TODAY.isoformat()]})


async def _leave(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    return await room.do("DELETE", f"{home}/volunteers/{joined[0]}")


async def _rename(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    return await room.do("PATCH", home, {"languages": "prefer"})


async def _mark(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    return await room.do("POST", f"{home}/turns/{taken['turn_id']}:missed")


async def _hand_over(room: Room, home: str, joined: list[str], taken: dict[str, Any]) -> Any:
    busy = {seat["volunteer_id"] for _, _, seat in seats(await room.do("GET", f"{home}/plan"))}
    to = next(name for name in joined if name not in busy)
    swap = await room.do("POST", f"{home}/swaps", {"turn_id": taken["turn_id"], "to_volunteer_id": to})
    return await room.do("POST", f"{home}/swaps/{swap['id']}:accept")


@pytest.mark.parametrize("write", [_join, _cannot, _leave, _rename, _mark, _hand_over])
async def test_others_write_while_it_is_planned_anew_and_the_plan_gives_way(
    room: Room, solver: Solver, write: Write
) -> None:
    home, joined = await cleaning_plan(room, people=24, each=1)
    solver.go.set()
    taken = seats(await room.do("POST", f"{home}:plan", {}))[0][2]
    refused = await planned_while(room, solver, f"{home}:replan", ANEW, write(room, home, joined, taken))
    problem(refused, 409, "rota-changed")
    assert (await room.do("GET", f"{home}/turns?state=replanned"))["items"] == []
    facts = [fact["type"] for fact in await room.facts()]
    assert facts.count("rota.planned") == 1
    await room.do("POST", f"{home}:replan", ANEW)


async def test_others_write_while_it_is_planned_for_the_first_time_and_nothing_of_theirs_is_lost(
    room: Room, solver: Solver
) -> None:
    home, joined = await cleaning_plan(room)
    gone = room.do("DELETE", f"{home}/volunteers/{joined[0]}")
    problem(await planned_while(room, solver, f"{home}:plan", {}, gone), 409, "rota-changed")
    assert (await room.do("GET", home))["state"] == "drafted"
    plan = await room.do("POST", f"{home}:plan", {})
    assert joined[0] not in {seat["volunteer_id"] for _, _, seat in seats(plan)}


async def test_a_rota_that_was_changed_is_not_called_impossible(room: Room, solver: Solver) -> None:
    home, _ = await cleaning_plan(room, people=4, each=4)
    other = join(room, home.rpartition("/")[2], 8)
    problem(await planned_while(room, solver, f"{home}:plan", {}, other), 409, "rota-changed")


async def test_of_two_who_plan_the_same_rota_at_once_one_does(room: Room, solver: Solver) -> None:
    home, _ = await cleaning_plan(room)
    both = [asyncio.create_task(room.ask("POST", f"{home}:plan", {})) for _ in range(2)]
    await solver.at_work(2)
    solver.go.set()
    answers = await asyncio.gather(*both)
    assert sorted(answer.status for answer in answers) == [200, 409]
    problem(max(answers, key=lambda answer: answer.status), 409, "rota-changed")
    assert len(seats(await room.do("GET", f"{home}/plan"))) == 16


async def test_reading_and_another_rota_do_not_make_a_plan_give_way(room: Room, solver: Solver) -> None:
    home, _ = await cleaning_plan(room)
    elsewhere, _ = await cleaning_plan(room)
    planning_it = asyncio.create_task(room.ask("POST", f"{home}:plan", {}))
    await solver.at_work()
    await in_time(room.do("GET", f"{home}/volunteers"))
    await in_time(join(room, elsewhere.rpartition("/")[2], 70))
    solver.go.set()
    assert (await planning_it).status == 200


async def test_two_plans_are_solved_at_once_and_a_third_is_told_to_come_again(
    room: Room, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "PATIENCE", 0.2)
    homes = [(await cleaning_plan(room))[0] for _ in range(3)]
    first = [asyncio.create_task(room.ask("POST", f"{home}:plan", {})) for home in homes[:2]]
    await solver.at_work(2)
    refused = await in_time(room.ask("POST", f"{homes[2]}:plan", {}))
    problem(refused, 503, "planning-busy")
    assert refused.headers["retry-after"] == "5"
    assert len(solver.asked) == 2
    solver.go.set()
    assert [answer.status for answer in await asyncio.gather(*first)] == [200, 200]
    assert (await room.ask("POST", f"{homes[2]}:plan", {})).status == 200


async def test_a_third_plan_is_solved_when_one_before_it_ends_soon(room: Room, solver: Solver) -> None:
    homes = [(await cleaning_plan(room))[0] for _ in range(3)]
    plans = [asyncio.create_task(room.ask("POST", f"{home}:plan", {})) for home in homes]
    await solver.at_work(2)
    await asyncio.sleep(0.2)
    assert len(solver.asked) == 2
    solver.go.set()
    assert [answer.status for answer in await asyncio.gather(*plans)] == [200] * 3


async def test_a_solver_that_does_not_see_the_time_is_not_waited_for_but_keeps_its_place(
    room: Room, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "GRACE", 0.1)
    monkeypatch.setattr(solving, "PATIENCE", 0.1)
    home, _ = await cleaning_plan(room)
    begun = time.monotonic()
    late = [room.ask("POST", f"{home}:plan", {"seconds": 0.1}) for _ in range(2)]
    for answer in await in_time(asyncio.gather(*late)):
        problem(answer, 409, "rota-time-up")
    assert time.monotonic() - begun < 3
    problem(await room.ask("POST", f"{home}:plan", {}), 503, "planning-busy")
    solver.go.set()
    await asyncio.sleep(0.5)
    assert (await room.ask("POST", f"{home}:plan", {})).status == 200


@pytest.mark.parametrize(("said", "given"), [({}, 10), ({"seconds": 20}, 10), ({"seconds": 2.5}, 2.5)])
async def test_no_plan_is_solved_for_more_than_ten_seconds(
    room: Room, solver: Solver, said: dict[str, float], given: float
) -> None:
    solver.go.set()
    home, _ = await cleaning_plan(room)
    await room.do("POST", f"{home}:plan", said)
    assert solver.asked == [given]


async def test_more_turns_and_volunteers_than_are_planned_at_once_never_reach_the_solver(
    room: Room, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.community.rotas.domain.MOST_PAIRS", 95)
    home, _ = await cleaning_plan(room)
    problem(await in_time(room.ask("POST", f"{home}:plan", {})), 409, "rota-too-large")
    assert solver.asked == []


def on_record(room: Room, person: str) -> list[str]:
    with psycopg.connect(room.admin) as connection:
        query = "select action from community.audit where tenant_id = %s and subject = %s order by at, id"
        return [action for (action,) in connection.execute(query, (room.tenant, person))]


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/plan", "rota_plan.read"), ("/fairness", "rota_fairness.read"),
        ("/sheet?format=html", "rota_sheet.read"), ("/sheet", "rota_sheet.read"),
    ],
)  # fmt: skip
async def test_who_reads_names_in_a_plan_is_on_record(room: Room, path: str, action: str) -> None:
    home, _ = await cleaning_plan(room, people=3, each=1)
    rota, person, idle = home.rpartition("/")[2], room.participant(), room.participant()
    await join(room, rota, 3, each=1, participant_id=person)
    await join(room, rota, 4, each=1, participant_id=idle, most=0)
    await room.do("POST", f"{home}:plan", {})
    assert on_record(room, person) == ["rota_plan.read"]
    await room.ask("GET", home + path)
    assert on_record(room, person) == ["rota_plan.read", action]
    # Whoever takes no turn stands in no plan, but her load is shown.
    assert on_record(room, idle) == ([action] if path == "/fairness" else [])


async def test_a_plan_made_anew_is_on_record_as_read_and_a_refused_one_is_not(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=3, each=1)
    person = room.participant()
    await join(room, home.rpartition("/")[2], 3, each=1, participant_id=person)
    problem(await room.ask("POST", f"{home}:replan", {"from_day": START.isoformat()}), 409, "illegal-state")
    assert on_record(room, person) == []
    await room.do("POST", f"{home}:plan", {})
    await room.do("POST", f"{home}:replan", {"from_day": START.isoformat()})
    assert on_record(room, person) == ["rota_plan.read"] * 2
