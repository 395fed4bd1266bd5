"""Co-production labs: small groups with a common interest and at least one member of staff, to design how it can work.

Who is in which lab is chosen all at once, so that the sum of interests is greatest, nobody is in two labs, and people
who must not meet do not. The same solver as for allocation: a mixed-integer programme by HiGHS.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, sparray, spmatrix

MOST = 60_000
_PATIENCE = 60.0


class NoLabsPossible(ValueError):
    """What was asked cannot be: sizes that contradict each other, an interest that is not a number, too many people."""


@dataclass(frozen=True, slots=True)
class Lab:
    """A lab about one interest: everybody in it, and which of them are staff."""

    interest: int
    people: tuple[int, ...]
    staff: tuple[int, ...]
    worth: float


@dataclass(frozen=True, slots=True)
class Labs:
    """The chosen labs, worthiest first, and who is in none."""

    labs: tuple[Lab, ...]
    left: tuple[int, ...]
    exact: bool


def form_labs(
    interests: sparray | spmatrix,
    staff: ArrayLike,
    *,
    least: int = 3,
    most: int = 8,
    apart: Collection[tuple[int, int]] = (),
) -> Labs:
    """Form labs of `least` to `most` people, members of staff among them.

    `interests` is sparse, people by interests, positive where somebody has an interest; `staff` says who is staff;
    `apart` are pairs of people who must not meet. Raises NoLabsPossible.
    """
    edges, is_staff = _checked(interests, staff, least, most)
    if not edges.nnz:
        return Labs((), tuple(range(edges.shape[0])), exact=True)
    pairs, topics = edges.nnz, edges.shape[1]
    solved = milp(
        -np.concatenate([edges.data, np.zeros(topics)]), constraints=list(_rules(edges, is_staff, least, most, apart)),
        bounds=Bounds(0, 1), integrality=np.ones(pairs + topics), options={"time_limit": _PATIENCE},
    )  # fmt: skip
    if solved.x is None:
        raise NoLabsPossible("No labs were found in a minute; ask about fewer people at once.")
    return _told(edges, is_staff, solved.x[:pairs] > 0.5, exact=solved.status == 0)


def _checked(
    interests: sparray | spmatrix, staff: ArrayLike, least: int, most: int
) -> tuple[coo_array, NDArray[np.bool_]]:
    edges = coo_array(interests)
    edges.sum_duplicates()
    edges.eliminate_zeros()
    is_staff = np.asarray(staff, dtype=np.bool_)
    if is_staff.shape != (edges.shape[0],):
        raise NoLabsPossible(f"staff has the shape {is_staff.shape} where ({edges.shape[0]},) is needed.")
    if not 2 <= least <= most:
        raise NoLabsPossible("A lab has at least two people, and at least as many at the most as at the least.")
    if not np.isfinite(edges.data).all() or (edges.data < 0).any():
        raise NoLabsPossible("An interest is a finite number, not below zero.")
    if edges.nnz > MOST:
        raise NoLabsPossible(f"At most {MOST} interests of people can be weighed at once; these are {edges.nnz}.")
    return edges, is_staff


def _rules(
    edges: coo_array, is_staff: NDArray[np.bool_], least: int, most: int, apart: Collection[tuple[int, int]]
) -> Iterable[LinearConstraint]:
    pairs, (people, topics) = edges.nnz, edges.shape
    many, ones = np.arange(pairs), np.ones(pairs)
    takes_place = pairs + np.arange(topics)
    yield LinearConstraint(csr_array((ones, (edges.row, many)), shape=(people, pairs + topics)), 0, 1)
    for weights, size, low, high in (
        (ones, least, 0, np.inf),
        (ones, most, -np.inf, 0),
        (is_staff[edges.row], 1, 0, np.inf),
    ):
        rows, columns = np.concatenate([edges.col, np.arange(topics)]), np.concatenate([many, takes_place])
        values = np.concatenate([weights.astype(np.float64), np.full(topics, -float(size))])
        yield LinearConstraint(csr_array((values, (rows, columns)), shape=(topics, pairs + topics)), low, high)
    clashes = list(_clashes(edges, apart))
    if clashes:
        rows = np.repeat(np.arange(len(clashes)), 2)
        both = csr_array((np.ones(2 * len(clashes)), (rows, np.ravel(clashes))), shape=(len(clashes), pairs + topics))
        yield LinearConstraint(both, 0, 1)


def _clashes(edges: coo_array, apart: Collection[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield the variables that would put two people into one lab who must not meet."""
    number = {(int(person), int(topic)): n for n, (person, topic) in enumerate(zip(edges.row, edges.col, strict=True))}
    topics_of: dict[int, list[int]] = {}
    for person, topic in number:
        topics_of.setdefault(person, []).append(topic)
    for one, other in apart:
        yield from (
            (number[one, topic], number[other, topic]) for topic in topics_of.get(one, ()) if (other, topic) in number
        )


def _told(edges: coo_array, is_staff: NDArray[np.bool_], chosen: NDArray[np.bool_], *, exact: bool) -> Labs:
    labs = []
    for topic in np.unique(edges.col[chosen]).tolist():
        mine = chosen & (edges.col == topic)
        people = tuple(sorted(edges.row[mine].tolist()))
        labs.append(Lab(topic, people, tuple(p for p in people if is_staff[p]), float(edges.data[mine].sum())))
    busy = {person for lab in labs for person in lab.people}
    left = tuple(person for person in range(edges.shape[0]) if person not in busy)
    return Labs(tuple(sorted(labs, key=lambda lab: (-lab.worth, lab.interest))), left, exact)
