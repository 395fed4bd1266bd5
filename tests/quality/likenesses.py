"""Seeded pairs of entries that are the same, and of entries that only look so: made up, from two seeds.

Same: typed wrongly, put in another order, abbreviated, written in another alphabet or romanised another way, with
parts left out, moved to another address, known to one source by less. Not the same though alike: branches of a chain
at two addresses, one service at two places, neighbours of one name, sisters and brothers who share a telephone,
father and son, namesakes. Every entry stands in one list, among others that resemble it by chance.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.directory.duplicates.likeness import Entry, Somebody, Spot

Part = Literal["development", "held"]
SEEDS: dict[Part, int] = {"development": 20260, "held": 71993}
KINDS = ("organisations", "services", "participants")


@dataclass(frozen=True, slots=True)
class Listed:
    """Entries of one kind and the pairs among them that are the same, with how each came about."""

    entries: Sequence[Any]
    same: dict[tuple[UUID, UUID], str]


_TOWNS = tuple(
    first + last
    for first in ("Hazel", "Mill", "Ash", "King", "Oak", "Brack", "Thorn", "West", "Linden", "Elm", "North", "South")
    for last in ("brook", "worth", "ford", "ham", "ley", "hill", "field", "gate", "moor", "bury")
)
_SAINTS = (
    "Mary",
    "Luke",
    "Anne",
    "Peter",
    "Bridget",
    "Chad",
    "Martin",
    "Agnes",
    "Giles",
    "Helen",
    "Cuthbert",
    "Oswald",
)
_ABOUT = ("Community Centre", "Lunch Club", "Befriending Service", "Residents' Association", "Food Bank", "Time Bank",
          "Youth Project", "Carers' Group", "Credit Union", "Allotment Society", "Repair Café", "Advice Centre",
          "Community Transport", "Women's Group", "Volunteer Centre", "Sports Club", "Family Hub", "Choir",
          "Walking Group", "Language Café", "Gardening Club", "Homework Club", "Mental Health Support",
          "Men's Shed")  # fmt: skip
_LONG = {"Centre": "Center", "Community": "Comm.", "Association": "Assoc.", "Saint": "St.", "Street": "St",
         "Road": "Rd", "and": "&", "Service": "Services", "Group": "Grp", "Volunteer": "Voluntary", "Club": "Clubs",
         "Project": "Programme"}  # fmt: skip
_FORMS = (" Ltd", " CIC", " CIO", " Limited", " (Registered Charity)", " e.V.")
_STREETS = ("Mill Street", "High Street", "Church Road", "Station Road", "Park Lane", "Bridge Street", "Canal Walk",
            "School Lane", "Market Place", "Forge Lane")  # fmt: skip
_FIRST: Sequence[Sequence[str]] = (
    ("Muhammad", "Mohammed", "Mohamad", "محمد"), ("Fatima", "Fatimah", "Fatema", "فاطمة"),
    ("Amina", "Aminah", "Ameena", "أمينة"), ("Khadija", "Khadijah", "Khadidja", "خديجة"),
    ("Hussein", "Hossein", "Hussain", "حسين"), ("Zainab", "Zeinab", "Zaynab", "زينب"),
    ("Abdul Rahman", "Abdulrahman", "Abd al-Rahman", "عبد الرحمن"), ("Yusuf", "Youssef", "Yousuf", "يوسف"),
    ("Gholam", "Ghulam", "غلام"), ("Maryam", "Mariam", "مريم"), ("Nasrin", "Nasreen", "نسرین"),
    ("Farid", "Fareed", "فرید"), ("Oleksandr", "Olexandr", "Alexander", "Олександр"),
    ("Kateryna", "Katerina", "Катерина"), ("Yuliia", "Yulia", "Iuliia", "Юлія"),
    ("Volodymyr", "Wolodymyr", "Володимир"), ("Serhii", "Sergiy", "Serhiy", "Сергій"),
    ("Oksana", "Oxana", "Оксана"), ("Ayşe", "Ayse", "Aishe"), ("Çiğdem", "Cigdem", "Chigdem"),
    ("Gülşen", "Gulsen", "Guelsen"), ("Mehmet", "Mehmed"), ("Selam", "Selaam", "ሰላም"),
    ("Tesfay", "Tesfai", "Tesfaye", "ተስፋይ"), ("Eleanor", "Elinor"), ("Catherine", "Katherine"), ("George",),
    ("Margaret",), ("Stephen", "Steven"), ("Rosalind",),
)  # fmt: skip
_FAMILY: Sequence[Sequence[str]] = (
    ("Rahimi", "Raheemi", "رحیمی"), ("Karimi", "Kareemi", "کریمی"), ("Al-Hassan", "Alhassan", "الحسن"),
    ("Haddad", "Hadad", "حداد"), ("Khalil", "Khaleel", "خليل"), ("Ahmadi", "Ahmady", "احمدی"),
    ("Noori", "Nuri", "Nouri", "نوری"), ("Sharifi", "Sherifi", "شریفی"), ("Kovalenko", "Kowalenko", "Коваленко"),
    ("Shevchenko", "Schewtschenko", "Шевченко"), ("Melnyk", "Melnik", "Мельник"), ("Bondar", "Бондар"),
    ("Yılmaz", "Yilmaz"), ("Öztürk", "Ozturk", "Oeztuerk"), ("Gebremariam", "Gebre Mariam", "ገብረማርያም"),
    ("Tekle", "Teklé", "ተክለ"), ("Whitfield",), ("Harcourt",), ("Okafor",), ("Lindqvist", "Lindquist"),
    ("Braithwaite", "Brathwaite"), ("Pemberton",), ("Marlowe", "Marlow"), ("Eastwick",),
)  # fmt: skip


def made(part: Part, kind: str, *, size: int = 400) -> Listed:
    """Return a list of about `size` originals of a kind, their doubles, and what only looks like one."""
    dice = random.Random(f"{SEEDS[part]}/{kind}")
    maker: Callable[[random.Random, int], Listed] = _people if kind == "participants" else _assets(kind)
    return maker(dice, size)


def _id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


def _typo(dice: random.Random, text: str) -> str:
    at = dice.randrange(1, max(2, len(text) - 1))
    wrong = dice.choice((
        text[:at] + text[at + 1 :], text[:at] + text[at] * 2 + text[at + 1 :],
        text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
        text[:at] + dice.choice("aeiorstnl") + text[at + 1 :],
    ))  # fmt: skip
    return wrong if wrong.strip() else text


def _abbreviated(dice: random.Random, name: str) -> str:
    words = [_LONG.get(word, word) for word in name.split()]
    return " ".join(words) + (dice.choice(_FORMS) if dice.random() < 0.5 else "")


def _turned(dice: random.Random, name: str) -> str:
    words = name.split()
    cut = dice.randrange(1, len(words)) if len(words) > 1 else 0
    return " ".join([*words[cut:], *words[:cut]])


def _name(dice: random.Random) -> str:
    about, town = dice.choice(_ABOUT), dice.choice(_TOWNS)
    style = dice.random()
    if style < 0.3:
        return f"Saint {dice.choice(_SAINTS)}'s {about}"
    if style < 0.8:
        return f"{town} {about}"
    return f"{dice.choice(('Good Neighbours', 'Helping Hands', 'Open Door', 'Bridges', 'Kindred', 'Rainbow'))} {town} {about}"


def _spot(dice: random.Random) -> Spot:
    return Spot(
        f"HB{dice.randrange(1, 30)}{dice.randrange(1, 10)}{dice.choice('ABDEFGH')}{dice.choice('JLNPQRST')}",
        f"{dice.randrange(1, 200)} {dice.choice(_STREETS).lower()}",
        52.4 + dice.random() * 0.3, -2.2 + dice.random() * 0.4,
    )  # fmt: skip


def _assets(kind: str) -> Callable[[random.Random, int], Listed]:
    def listed(dice: random.Random, size: int) -> Listed:
        entries: list[Entry] = []
        same: dict[tuple[UUID, UUID], str] = {}
        for _ in range(size):
            one = _asset(dice, kind)
            entries.append(one)
            if dice.random() < 0.4:
                double, how = _double(dice, one)
                entries.append(double)
                same[_pair(one.id, double.id)] = how
            elif dice.random() < 0.5:
                entries += _lookalikes(dice, one)
        dice.shuffle(entries)
        return Listed(entries, same)

    return listed


def _pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return min(one, other), max(one, other)


def _asset(dice: random.Random, kind: str) -> Entry:
    name = _name(dice)
    site = "".join(sign for sign in name.lower() if sign.isalpha())[:20]
    host = _name(dice)
    number = str(dice.randrange(200_000, 1_200_000))
    return Entry(
        id=_id(dice), kind=kind, name=name, spots=(_spot(dice),) if dice.random() < 0.85 else (),
        website=f"{site}.example" if dice.random() < 0.6 else None,
        description=f"{name} offers {dice.choice(_ABOUT).lower()} for everybody in {dice.choice(_TOWNS)}, "
        f"{dice.choice(('every week', 'on weekdays', 'on Saturdays', 'by appointment'))}." if dice.random() < 0.7 else None,
        identifiers=frozenset({("GB-CHC", number)}) if kind == "organisations" and dice.random() < 0.3 else frozenset(),
        source="feed-a", external_ids={"feed-a": str(dice.getrandbits(30))},
        host_id=_id(dice) if kind == "services" else None, host=host if kind == "services" else None,
    )  # fmt: skip


def _known_elsewhere(dice: random.Random, one: Entry) -> Entry:
    """Return the entry as another source, or the same one again, knows it: often by less."""
    other = replace(one, id=_id(dice), external_ids={}, source=None)
    if dice.random() < 0.7:
        other = replace(other, source="feed-b", external_ids={"feed-b": str(dice.getrandbits(30))})
    if one.host_id is not None and dice.random() < 0.6:
        other = replace(other, host_id=_id(dice), host=_abbreviated(dice, one.host or ""))
    if dice.random() < 0.4:
        other = replace(other, identifiers=frozenset())
    if dice.random() < 0.4:
        other = replace(other, website=None)
    return replace(other, description=None) if dice.random() < 0.5 else other


def _double(dice: random.Random, one: Entry) -> tuple[Entry, str]:
    """Return the entry once more, and how it came to differ."""
    other = _known_elsewhere(dice, one)
    how = dice.choice(("typed", "typed", "abbreviated", "turned", "moved", "shortened", "as it was"))
    if how == "typed":
        return replace(other, name=_typo(dice, _typo(dice, one.name))), how
    if how == "abbreviated":
        return replace(other, name=_abbreviated(dice, one.name)), how
    if how == "turned":
        return replace(other, name=_turned(dice, one.name)), how
    if how == "shortened":
        return replace(other, name=" ".join(one.name.split()[:-1]) or one.name), how
    if how == "moved":
        return replace(other, spots=(_spot(dice),), website=one.website, description=one.description), how
    return other, how


def _lookalikes(dice: random.Random, one: Entry) -> list[Entry]:
    """Return what looks like `one` and is not: branches, other places of a service, neighbours."""
    other = replace(one, id=_id(dice), external_ids={"feed-a": str(dice.getrandbits(30))}, identifiers=frozenset())
    elsewhere = replace(other, spots=(_spot(dice),))
    style = dice.choice(("branch", "named branch", "neighbour", "other town", "branch in another feed"))
    if style == "branch":
        return [elsewhere, replace(elsewhere, id=_id(dice), spots=(_spot(dice),), external_ids={"feed-a": "7" * 8})]
    if style == "named branch":
        return [replace(elsewhere, name=f"{one.name} {dice.choice(('North', 'South', 'East', 'West'))}")]
    if style == "neighbour":
        return [replace(other, name=_name(dice), website=None, description=None, host_id=other.host_id)]
    if style == "other town":
        words = one.name.split()
        return [replace(elsewhere, name=" ".join([dice.choice(_TOWNS), *words[1:]]), website=None, description=None)]
    return [replace(elsewhere, source="feed-b", external_ids={"feed-b": str(dice.getrandbits(30))}, description=None)]


def _people(dice: random.Random, size: int) -> Listed:
    entries: list[Somebody] = []
    same: dict[tuple[UUID, UUID], str] = {}
    for _ in range(size):
        first, family = dice.choice(_FIRST), dice.choice(_FAMILY)
        one = _somebody(dice, first[0], family[0])
        entries.append(one)
        if dice.random() < 0.4:
            double, how = _again(dice, one, first, family)
            entries.append(double)
            same[_pair(one.id, double.id)] = how
        elif dice.random() < 0.6:
            entries.append(_relative(dice, one, first, family))
    dice.shuffle(entries)
    return Listed(entries, same)


_ORGANISATION = UUID(int=1)


def _somebody(dice: random.Random, first: str, family: str) -> Somebody:
    return Somebody(
        id=_id(dice), name=f"{first} {family}", registered_by=_ORGANISATION,
        languages=frozenset({dice.choice(("ar", "prs", "uk", "tr", "ti", "en"))}),
        latitude=52.5 + 0.009 * dice.randrange(12), longitude=-2.0 + 0.0148 * dice.randrange(12),
        contacts=frozenset({str(dice.getrandbits(40))}) if dice.random() < 0.7 else frozenset(),
        born_on=date(dice.randrange(1940, 2008), dice.randrange(1, 13), dice.randrange(1, 29))
        if dice.random() < 0.5 else None,
    )  # fmt: skip


def _again(dice: random.Random, one: Somebody, first: Sequence[str], family: Sequence[str]) -> tuple[Somebody, str]:
    other = replace(one, id=_id(dice))
    if dice.random() < 0.4:
        other = replace(other, contacts=frozenset({str(dice.getrandbits(40))}) if dice.random() < 0.3 else frozenset())
    if dice.random() < 0.4:
        other = replace(other, born_on=None)
    how = dice.choice(("romanised", "romanised", "another script", "typed", "turned", "first name only", "moved"))
    latin = [
        [word for word in names if word.isascii() or word[0].isascii()] or list(names) for names in (first, family)
    ]
    if how == "romanised":
        return replace(other, name=f"{dice.choice(latin[0])} {dice.choice(latin[1])}"), how
    if how == "another script":
        return replace(other, name=f"{first[-1]} {family[-1]}"), how
    if how == "typed":
        return replace(other, name=_typo(dice, one.name)), how
    if how == "turned":
        return replace(other, name=f"{family[0]}, {first[0]}"), how
    if how == "first name only":
        return replace(other, name=first[0]), how
    return replace(other, latitude=52.5 + 0.009 * dice.randrange(12), longitude=-2.0 + 0.0148 * dice.randrange(12)), how


def _relative(dice: random.Random, one: Somebody, first: Sequence[str], family: Sequence[str]) -> Somebody:
    """Return who lives in the same home or has the same name, and is another."""
    other = replace(one, id=_id(dice), born_on=date(dice.randrange(1940, 2008), 3, dice.randrange(1, 29)))
    style = dice.choice(("sister", "sister", "father and son", "namesake"))
    if style == "sister":
        names = [names for names in _FIRST if names is not first]
        return replace(other, name=f"{dice.choice(names)[0]} {dice.choice(family)}")
    if style == "father and son":
        return replace(other, name=one.name)
    alone = frozenset({str(dice.getrandbits(40))})
    return replace(other, contacts=alone, latitude=52.5 + 0.009 * dice.randrange(12), longitude=-2.0)
