"""What two spellings of one entry are likely to share, so that only entries which share something are compared.

A key is a keyed hash of a part of the name, a page, a number, an address. Keys that very many entries share say
nothing and are passed over (`LARGEST_BLOCK`); pairs of words are there for names made of common ones. Two entries are
compared when they share `ENOUGH` keys; what is enough alone counts twice. So the work grows with the number of
entries, not with its square.
"""

import hashlib
from collections.abc import Iterable
from itertools import combinations
from urllib.parse import urlsplit

from services.directory.duplicates.likeness import Entry, Somebody
from services.directory.duplicates.names import Word, words
from services.vocabulary.normal import plain

LARGEST_BLOCK = 40
ENOUGH = 2
_MOST_KEYS = 40


def of_entry(entry: Entry, secret: str) -> set[int]:
    """Return the keys of an asset."""
    said = words(entry.name)
    alone = [f"id:{scheme}:{value}" for scheme, value in sorted(entry.identifiers)]
    alone += [f"x:{value}" for value in sorted(entry.external_ids.values()) if len(value) >= 8]
    told = [*_twice(alone), *_of_name(said)]
    if entry.website:
        told += [*_twice([f"site:{entry.website}"]), f"host:{entry.website.partition('/')[0]}"]
    for spot in list(entry.spots)[:5]:
        if spot.postcode:
            told += [f"pc:{spot.postcode}", *(f"pc:{spot.postcode}:{word.bones[:2]}" for word in said[:4])]
    if entry.host_id is not None:
        told += [f"host:{entry.host_id}:{word.bones[:3]}" for word in said[:4]]
    return _hashed(told, f"{secret}/{entry.kind}")


def of_somebody(person: Somebody, secret: str) -> set[int]:
    """Return the keys of a participant: how she is reached and when she was born only beside who registered her."""
    said = words(person.name, of_people=True)
    told = _twice(f"contact:{person.registered_by}:{one}" for one in sorted(person.contacts))
    told += _of_name(said)
    if person.latitude is not None:
        told += [f"cell:{person.latitude}:{person.longitude}:{word.bones[:2]}" for word in said[:3]]
    if person.born_on is not None:
        told += [f"born:{person.registered_by}:{person.born_on}", *(
            f"born:{person.registered_by}:{person.born_on.year}:{word.bones[:2]}" for word in said[:3]
        )]  # fmt: skip
    return _hashed(told, f"{secret}/participants")


def _of_name(said: Iterable[Word]) -> list[str]:
    telling = [word for word in said if word.weight == 1.0] or list(said)
    bones = sorted({word.bones for word in telling if word.bones})
    told = [*_twice([f"all:{' '.join(bones)}"]), *(f"w:{one}" for one in bones)]
    told += [f"2:{one}:{other}" for one, other in combinations(sorted({word.bones for word in said})[:6], 2)]
    joined = "".join(word.bones for word in telling)
    told += [f"run:{joined[:6]}", f"sorted:{''.join(bones)[:5]}"]
    told += [f"cut:{part}" for word in telling[:3] for part in _with_one_letter_less(word.bones)]
    initials = "".join(word.latin[0] for word in said)
    return [*told, f"ini:{initials}", *(f"ini:{word.latin}" for word in telling if len(telling) == 1)]


def _twice(told: Iterable[str]) -> list[str]:
    return [f"{one}{again}" for one in told for again in ("", "+")]


def _with_one_letter_less(bones: str) -> list[str]:
    """Return what is left of a word when a letter was missed or mistyped."""
    if len(bones) < 4:
        return []
    return [bones, *(bones[:i] + bones[i + 1 :] for i in range(min(len(bones), 6)))]


def _hashed(told: Iterable[str], secret: str) -> set[int]:
    key = hashlib.sha256(secret.encode()).digest()
    unique = list(dict.fromkeys(told))[:_MOST_KEYS]
    return {
        int.from_bytes(hashlib.blake2b(one.encode(), key=key, digest_size=8).digest(), "big", signed=True)
        for one in unique
    }


def page(website: str | None) -> str | None:
    """Return a page's address as it is compared: host without `www.`, and path."""
    if not website:
        return None
    try:
        parts = urlsplit(website if "//" in website else f"//{website}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return (host + parts.path.rstrip("/")).lower() or None


def contact(kind: str, value: str, secret: str) -> str | None:
    """Return the keyed hash of a telephone number or an e-mail address; None for anything else."""
    if kind == "phone":
        digits = "".join(sign for sign in value if sign.isdigit())
        written = digits[-9:] if len(digits) >= 6 else ""
    else:
        written = value.strip().lower() if kind == "email" else ""
    return (
        hashlib.blake2b(
            f"{kind}:{written}".encode(), key=hashlib.sha256(secret.encode()).digest(), digest_size=12
        ).hexdigest()
        if written
        else None
    )


def street(line: str | None) -> str | None:
    """Return the line of an address that names the street as it is compared."""
    return " ".join(word.latin for word in words(line)) or None if line and plain(line) else None


def postcode(code: str | None) -> str | None:
    """Return a postcode as it is compared."""
    return "".join(sign for sign in (code or "").upper() if sign.isalnum()) or None
