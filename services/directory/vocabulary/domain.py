"""The rules about a community's own terms: said once, in a form that can be found again, under one category."""

from services.kernel.problems import Conflict, Invalid

OWN_KEY = r"^[a-z0-9_]{2,40}$"
"""What the key of a concept may look like that a community adds."""


class TermExists(Conflict):
    slug = "term-exists"
    title = "This already names that concept"


def settled_category(known: str | None, given: str | None) -> str:
    """Return the category of a concept that is `known` under one, or is new and `given` one.

    Raises Invalid when a new concept comes without one, or a known one with another than it has.
    """
    if known is None and given is None:
        raise Invalid.field("/category", "is needed for a concept that is new")
    if known is not None and given not in (None, known):
        raise Invalid.field("/category", f"of this concept is {known}")
    return str(known or given)


def about_reading(letters: int, *, cut: int | None, found: bool) -> str | None:
    """Say why a text led to nothing, or that only its first `cut` characters were read; None if all went well."""
    part = "" if cut is None else f"Only the first {cut:,} characters were read. "
    if letters == 0:
        return f"{part}There is no word in it."
    if letters == 1:
        return f"{part}One letter says too little."
    if not found:
        return f"{part}It is about nothing that the vocabulary knows."
    return part.strip() or None
