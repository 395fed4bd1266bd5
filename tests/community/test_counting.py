"""The count of an election as a pure rule, tried on small councils and on whatever comes."""

from collections import Counter
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.community.councils.counting import Rules, Standing, count, draw, fits, fitting

NONE: dict[str, int] = {}


def standing(number: int, votes: int, language: str = "ti", *lines: str) -> Standing:
    return Standing(UUID(int=number), language, frozenset(lines), votes)


def numbers(people: object) -> list[int]:
    return sorted(one.id.int for one in people)  # type: ignore[attr-defined]


def test_the_most_votes_take_the_seats() -> None:
    pool = [standing(1, 5), standing(2, 9), standing(3, 7)]
    assert numbers(count(pool, Rules(2, NONE, NONE)).elected) == [2, 3]


def test_a_tie_at_the_last_seat_stops_the_count_and_names_only_those_who_are_tied() -> None:
    pool = [standing(1, 9), standing(2, 5), standing(3, 5), standing(4, 5, "prs")]
    found = count(pool, Rules(3, {"prs": 1}, NONE))
    assert numbers(found.elected) == [1, 4]
    assert (numbers(found.tied), found.places) == ([2, 3], 1)


def test_equal_votes_are_no_tie_when_there_is_a_seat_for_each() -> None:
    assert not count([standing(1, 5), standing(2, 5), standing(3, 1)], Rules(2, NONE, NONE)).tied


def test_a_quota_passes_over_the_one_with_more_votes_only_when_it_must() -> None:
    pool = [
        standing(1, 9),
        standing(2, 8),
        standing(3, 7),
        standing(4, 2, "prs", "women"),
        standing(5, 1, "ti", "women"),
    ]
    assert numbers(count(pool, Rules(3, NONE, {"women": 1})).elected) == [1, 2, 4]
    assert numbers(count(pool, Rules(3, NONE, {"women": 2})).elected) == [1, 4, 5]


def test_one_person_counts_for_her_language_and_for_her_line() -> None:
    pool = [standing(1, 9), standing(2, 8), standing(3, 1, "prs", "women"), standing(4, 3, "ti", "women")]
    assert numbers(count(pool, Rules(2, {"prs": 1}, {"women": 1})).elected) == [1, 3]


def test_a_settlement_lets_the_count_go_on_below_the_tie() -> None:
    pool = [standing(1, 5), standing(2, 5), standing(3, 1, "prs")]
    rules = Rules(2, {"prs": 1}, NONE)
    settled = {frozenset({UUID(int=1), UUID(int=2)}): frozenset({UUID(int=2)})}
    assert numbers(count(pool, rules, settled=settled).elected) == [2, 3]


def test_a_lot_gives_everybody_the_same_order_from_the_same_seed() -> None:
    tied = [standing(number, 5) for number in range(1, 7)]
    assert draw("17 Nov", tied) == draw("17 Nov", tied[::-1])
    assert len({tuple(numbers([draw(str(seed), tied)[0]])) for seed in range(60)}) == 6


people = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["ti", "prs"]), st.frozensets(st.sampled_from(["women", "children"]))),
    min_size=1,
    max_size=7,
)


@given(people, st.integers(1, 4), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_fits_says_what_trying_every_committee_says(
    cast: list[tuple[int, str, frozenset[str]]], seats: int, prs: int, women: int, children: int
) -> None:
    pool = [Standing(UUID(int=number), lang, lines, votes) for number, (votes, lang, lines) in enumerate(cast)]
    rules = Rules(seats, {"prs": prs}, {"women": women, "children": children})

    def meets(committee: tuple[Standing, ...]) -> bool:
        lines = Counter(line for one in committee for line in one.lines)
        enough = lines["women"] >= women and lines["children"] >= children
        return enough and sum(one.language == "prs" for one in committee) >= prs

    sizes = range(min(seats, len(pool)) + 1)
    truth = any(meets(way) for size in sizes for way in combinations(pool, size))
    assert fits([], pool, rules) == truth


@given(people, st.integers(1, 4), st.integers(0, 2), st.text(max_size=3))
def test_whoever_has_more_votes_is_elected_unless_a_quota_stands_against_it(
    cast: list[tuple[int, str, frozenset[str]]], seats: int, women: int, seed: str
) -> None:
    pool = [Standing(UUID(int=number), lang, lines, votes) for number, (votes, lang, lines) in enumerate(cast)]
    rules = Rules(seats, NONE, {"women": women})
    if not fits([], pool, rules):
        return
    settled: dict[frozenset[UUID], frozenset[UUID]] = {}
    while (found := count(pool, rules, settled=settled)).tied:
        chosen = fitting(draw(seed, found.tied), found.places, beside=found.elected, pool=pool, rules=rules)
        assert len(chosen) == found.places
        assert 0 < found.places < len(found.tied)
        settled[frozenset(one.id for one in found.tied)] = frozenset(one.id for one in chosen)
    assert len(found.elected) == min(seats, len(pool))
    assert sum("women" in one.lines for one in found.elected) >= women
    plain = [one for one in found.elected if "women" not in one.lines]
    passed = [one for one in pool if one not in found.elected and "women" not in one.lines]
    assert all(a.votes >= b.votes for a in plain for b in passed)
