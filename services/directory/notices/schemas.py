"""Request and answer bodies about notices."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.directory.consents.schemas import Purpose
from services.kernel.fields import Body, Language, Line, Moment, Text

Review = Literal["reviewed", "unreviewed", "machine"]


class NoticeText(Body):
    """What is read out or shown in one language, and whether a native speaker vouches for it."""

    language: Language
    text: Text
    review: Review = Field("unreviewed", description="`reviewed` by a native speaker, not yet, or made by a machine.")


def _each_language_once(texts: list[NoticeText]) -> list[NoticeText]:
    if len({one.language for one in texts}) != len(texts):
        raise ValueError("names a language twice")
    return texts


class NoticeCreate(Body):
    """What people are told about one purpose. Once published it is never changed: a correction is a new version."""

    purpose: Purpose
    version: Line = Field(examples=["2026-01"])
    texts: Annotated[list[NoticeText], Field(min_length=1, max_length=40), AfterValidator(_each_language_once)]
    valid_from: Moment | None = Field(None, description="Now, unless said otherwise.")


class NoticePublic(BaseModel):
    """A published notice."""

    id: UUID
    created_at: datetime
    purpose: Purpose
    version: str
    texts: list[NoticeText]
    valid_from: datetime
