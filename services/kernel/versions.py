"""ETag and If-Match: a write may name the version it has read; it is refused when that is not the present one."""

from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from services.kernel.problems import Stale

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=200, description="The ETag you have read.")]


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"{version}"'


def check_version(if_match: str | None, version: int) -> None:
    """Raise Stale when `if_match` names versions, and not this one."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag(version) not in {part.strip() for part in if_match.split(",")}:
        raise Stale(f"The present version is {version}.")


def tag(response: Response, version: int, location: str | None = None) -> None:
    """Give an answer its ETag and, for something new, its address."""
    response.headers["etag"] = etag(version)
    if location is not None:
        response.headers["location"] = location
