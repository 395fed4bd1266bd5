"""The matching engine: a pure library that says who could meet a need, how well, why, and who was held back by what.

    records    what goes in and what comes out, all immutable
    calendar   recurring windows against recurring windows
    gates      yes or no, never traded for score
    meaning    what a text is about: the vocabulary's concepts
    score      the factors, whose shares add up to the score
    messages   the words for every reason
    matcher    keeps the listings and answers

    allocation   a whole community at once: who best helps whom when places are few
    rings        A helps B, B helps C, C helps A
    labs         small groups with a common interest and a member of staff
    learning     from what was shown, accepted and completed to weights that are truer than the prior

    side, lexicon, postings, growing             the index behind the matcher: a million listings in milliseconds
    kernels, spelling, grid, compiling           its inner loops, compiled
    evaluate   how well it ranks, on sets of your own: python -m services.matching.engine.evaluate

It knows no web, no database and no clock: the moment comes in as an argument.
"""

from services.matching.engine.allocation import Allocation, allocate
from services.matching.engine.calendar import check_window
from services.matching.engine.gates import GATES, verdicts
from services.matching.engine.labs import Lab, Labs, form_labs
from services.matching.engine.matcher import Matcher
from services.matching.engine.messages import say
from services.matching.engine.records import (
    Candidate,
    Conditions,
    Listing,
    Pair,
    Person,
    Reason,
    Refusal,
    Result,
    Window,
)
from services.matching.engine.rings import Ring, Rings, find_rings
from services.matching.engine.score import Policy
from services.vocabulary.linking import link

__all__ = [
    "GATES", "Allocation", "Candidate", "Conditions", "Lab", "Labs", "Listing", "Matcher", "Pair", "Person", "Policy",
    "Reason", "Refusal", "Result", "Ring", "Rings", "Window", "allocate", "check_window", "find_rings", "form_labs",
    "link", "say", "verdicts",
]  # fmt: skip
