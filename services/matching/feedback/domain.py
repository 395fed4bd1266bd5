"""The rules of feedback: each side speaks once."""

from services.kernel.problems import Conflict


class AlreadyGiven(Conflict):
    slug = "feedback-already-given"
    title = "This side has given its feedback already"
