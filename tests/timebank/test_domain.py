"""The ledger's rules by themselves."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from services.timebank import domain
from services.timebank.domain import Posting, Share, share


@dataclass
class Paper:
    balance_seconds: int = 0
    held_seconds: int = 0
    debit_limit_seconds: int = 0
    opened_seconds: int = 0
    state: str = "open"
    owner_kind: str = "participant"


def test_a_posting_gives_exactly_what_it_takes() -> None:
    payer, payee = uuid4(), uuid4()
    legs = Posting("transfer", payer, payee, 3600, "Ironing").legs()
    assert legs == {payer: -3600, payee: 3600}


@pytest.mark.parametrize(
    ("seconds", "held", "free", "expected"),
    [
        (3600, 7200, 0, Share(3600, 0, 0)),
        (3600, 3600, 500, Share(3600, 0, 0)),
        (5000, 3600, 9999, Share(3600, 1400, 0)),
        (5000, 3600, 400, Share(3600, 400, 1000)),
        (5000, 0, 0, Share(0, 0, 5000)),
    ],
)
def test_hours_are_paid_from_the_hold_first_then_from_free_credit(
    seconds: int, held: int, free: int, expected: Share
) -> None:
    assert share(seconds, held=held, free=free) == expected
    assert expected.posted + expected.short == seconds


def test_what_is_held_cannot_be_spent() -> None:
    assert domain.available(Paper(balance_seconds=100, held_seconds=60)) == 40
    assert domain.available(Paper(balance_seconds=-500, debit_limit_seconds=400)) == 0
    domain.check_credit(Paper(balance_seconds=100, held_seconds=40), 60)
    with pytest.raises(domain.InsufficientCredit):
        domain.check_credit(Paper(balance_seconds=100, held_seconds=41), 60)


def test_a_limit_cannot_be_drawn_over_debts() -> None:
    domain.check_limit(Paper(balance_seconds=-100), 100)
    with pytest.raises(domain.LimitInUse):
        domain.check_limit(Paper(balance_seconds=-100, held_seconds=1), 100)


@pytest.mark.parametrize(
    ("paper", "expected"), [(Paper(1), False), (Paper(-1), False), (Paper(0, 1), False), (Paper(), True)]
)
def test_only_an_empty_account_that_nobody_counts_on_can_be_closed(paper: Paper, expected: bool) -> None:
    with pytest.raises(domain.AccountInUse):
        domain.check_empty(paper, expected=expected)


def test_a_transfer_is_reversed_once_and_a_reversal_never() -> None:
    domain.check_reversible("hours", "posted")
    with pytest.raises(domain.AlreadyReversed):
        domain.check_reversible("hours", "reversed")
    with pytest.raises(domain.NotReversible):
        domain.check_reversible("reversal", "posted")
