"""The directory's tables, by topic. Contact and safeguards live in their own; consent is only ever added to."""

from services.directory.models.access import Assignment, Override
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
from services.directory.models.consents import Consent, Notice, Revocation
from services.directory.models.duplicates import DuplicateKey, DuplicateLook, Merge, Suspicion
from services.directory.models.imports import Feed, Import, ImportChunk, ImportEntry, ImportLine
from services.directory.models.kept import PERSONAL, Kept, metadata
from services.directory.models.open_referral import AssetAtPlace, Taxonomy, TaxonomyTerm
from services.directory.models.people import (
    Block,
    Check,
    Contact,
    Household,
    HouseholdMember,
    Participant,
    Relation,
    Safeguards,
)
from services.directory.models.proposals import AssetProposal, FreshnessPolicy
from services.directory.models.rights import Erasure, RetentionReport, RetentionRule, RightsRequest
from services.directory.models.search import Area, AssetIndex, AssetPoint, AssetPosting, KnownWord, Postcode
from services.directory.models.synchronised import COPIES, Heard, Origins
from services.directory.models.vocabulary import OwnTerm

__all__ = [
    "COPIES",
    "PERSONAL",
    "Activity",
    "Area",
    "Asset",
    "AssetAtPlace",
    "AssetIndex",
    "AssetPoint",
    "AssetPosting",
    "AssetProposal",
    "Assignment",
    "Block",
    "Check",
    "Consent",
    "Contact",
    "DuplicateKey",
    "DuplicateLook",
    "Erasure",
    "Feed",
    "FreshnessPolicy",
    "Group",
    "Heard",
    "Household",
    "HouseholdMember",
    "Import",
    "ImportChunk",
    "ImportEntry",
    "ImportLine",
    "Kept",
    "KnownWord",
    "Merge",
    "MicroProvider",
    "Notice",
    "Organisation",
    "Origins",
    "Override",
    "OwnTerm",
    "Participant",
    "Person",
    "Place",
    "Postcode",
    "Relation",
    "RetentionReport",
    "RetentionRule",
    "Revocation",
    "RightsRequest",
    "Safeguards",
    "Service",
    "Suspicion",
    "Taxonomy",
    "TaxonomyTerm",
    "metadata",
]
