"""How the gap report is shown."""

from pydantic import BaseModel


class CountPublic(BaseModel):
    """A number and how to say it; no number when somebody could be recognised by it."""

    count: int | None
    shown: str


class GapPublic(BaseModel):
    """One category; `null` holds what has no category yet. Unmet are the needs that are not met."""

    category: str | None
    needs: CountPublic
    capabilities: CountPublic
    published: CountPublic
    met: CountPublic
    unmet: CountPublic


class GapReport(BaseModel):
    items: list[GapPublic]
