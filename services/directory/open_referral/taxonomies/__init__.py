"""The classifications that the directory knows: our own, of categories and concepts, and those that imports brought."""

from services.directory.open_referral.taxonomies.operations import keep, keep_term

__all__ = ["keep", "keep_term"]
