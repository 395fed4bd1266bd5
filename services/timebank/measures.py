"""What is measured of the ledger: what all balances of a community add up to, which must be nothing."""

from services.kernel.measures import Measure

MEASURES = (
    Measure(
        "cando_ledger_imbalance_seconds", "By how much the balances of a community do not add up to nothing",
        "select abs(coalesce(sum(balance_seconds), 0)) from accounts", "largest",
    ),
)  # fmt: skip
