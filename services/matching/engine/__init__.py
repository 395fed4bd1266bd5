"""The matching engine: a pure library that says who could meet a need, how well, why, and who was held back by what.

    records    what goes in and what comes out, all immutable
    calendar   recurring windows against recurring windows
    gates      yes or no, never traded for score
    text       how alike two texts are
    score      the factors, whose shares add up to the score
    messages   the words for every reason
    matcher    keeps the listings and answers

It knows no web, no database and no clock: the moment comes in as an argument.
"""

from services.matching.engine.calendar import check_window
from services.matching.engine.gates import GATES, verdicts
from services.matching.engine.matcher import Matcher
from services.matching.engine.messages import say
from services.matching.engine.records import Candidate, Listing, Pair, Person, Reason, Refusal, Result, Window
from services.matching.engine.score import WEIGHTS

__all__ = [
    "GATES", "WEIGHTS", "Candidate", "Listing", "Matcher", "Pair", "Person", "Reason", "Refusal", "Result", "Window",
    "check_window", "say", "verdicts",
]  # fmt: skip
