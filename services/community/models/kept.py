"""What binds every table of this room to the room's own metadata."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Kept(SQLModel, registry=registry()):
    """Binds a table to this room's own metadata."""


metadata = Kept.metadata
