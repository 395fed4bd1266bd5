"""The tables of this room: connections to other systems, and what came of each run. No person is copied here."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Kept(SQLModel, registry=registry()):
    """Binds a table to this room's own metadata."""


metadata = Kept.metadata
