"""How the feed is read: as every public feed is, and answered with when it last changed."""

from fastapi import Request
from starlette.responses import Response

from services.directory.open_referral.operations import Shown
from services.kernel import public_feed

NDJSON = "application/x-ndjson"


def answer(request: Request, shown: Shown) -> Response:
    """Return an answer with the tag of its content, or 304 to somebody who has it already."""
    return public_feed.answer(request, shown.body, modified=shown.modified)
