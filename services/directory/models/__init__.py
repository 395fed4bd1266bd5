"""The directory's tables, by topic. Contact and safeguards live in their own; consent is only ever added to."""

from services.directory.models.assets import (
    Activity,
    Asset,
    Group,
    MicroProvider,
    Organisation,
    Person,
    Place,
    Service,
)
from services.directory.models.consents import Consent, Revocation
from services.directory.models.imports import Import, ImportLine
from services.directory.models.kept import PERSONAL, Kept, metadata
from services.directory.models.people import Block, Contact, Participant, Safeguards
from services.directory.models.vocabulary import OwnTerm

__all__ = [
    "PERSONAL",
    "Activity",
    "Asset",
    "Block",
    "Consent",
    "Contact",
    "Group",
    "Import",
    "ImportLine",
    "Kept",
    "MicroProvider",
    "Organisation",
    "OwnTerm",
    "Participant",
    "Person",
    "Place",
    "Revocation",
    "Safeguards",
    "Service",
    "metadata",
]
