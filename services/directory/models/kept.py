"""The metadata that all tables of the directory stand on."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Kept(SQLModel, registry=registry()):
    """Binds a table to the directory's own metadata."""


metadata = Kept.metadata
PERSONAL = {"info": {"personal": True}}
"""Marks a column that tells something about a person: exports must show it, and erasure must empty it."""
