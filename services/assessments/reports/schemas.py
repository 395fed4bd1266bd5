"""How the gap report is shown."""

from pydantic import BaseModel


class CountShown(BaseModel):
    """A number and how to say it; no number when somebody could be recognised by it."""

    count: int | None
    shown: str


class GapShown(BaseModel):
    """One category; `null` holds what has no category yet. Unmet are the needs that are not met."""

    category: str | None
    needs: CountShown
    capabilities: CountShown
    published: CountShown
    met: CountShown
    unmet: CountShown


class GapReport(BaseModel):
    items: list[GapShown]
