"""How alike two names are, whatever alphabet, spelling and order they are written in.

A name is folded (`vocabulary.normal`), written in Latin letters, and cut to words. Of each word there is a *skeleton*:
its consonants by sound, in which the many romanisations of one name agree. Arabic and Persian writing leaves the short
vowels out, so for it the skeleton is all there is to compare.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from services.vocabulary.normal import plain_word, spans

_MOST_WORDS = 12
_ABJAD = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ARTICLES = frozenset({"al", "el", "ul", "ud", "bin", "ibn", "bint", "abu", "van", "von", "de", "der", "da", "dr", "mr",
                       "mrs", "ms", "miss", "herr", "frau", "hajji", "haji"})  # fmt: skip
_FORMS = frozenset({"ltd", "limited", "cic", "cio", "gmbh", "ggmbh", "ev", "inc", "llp", "plc", "the", "and", "und",
                    "of", "for", "in", "at", "die", "der", "das", "fur", "im", "a", "an", "charity", "registered", "e",
                    "v", "company", "co", "uk", "lbg", "org", "to", "on", "by", "with", "mit", "zum", "zur", "am",
                    "des"})  # fmt: skip
_SHORT: Mapping[str, str] = {
    "saint": "st", "street": "st", "strasse": "st", "str": "st", "road": "rd", "avenue": "ave", "lane": "ln",
    "centre": "ctr", "center": "ctr", "zentrum": "ctr", "cntr": "ctr", "association": "assoc", "assn": "assoc",
    "community": "comm", "comm": "comm", "neighbourhood": "nbhd", "neighborhood": "nbhd", "nhood": "nbhd",
    "services": "service", "svc": "service", "svcs": "service", "groups": "group", "grp": "group",
    "department": "dept", "university": "univ", "international": "intl", "national": "natl", "foundation": "fdn",
    "trust": "trust", "society": "soc", "committee": "cttee", "organisation": "org", "organization": "org",
    "church": "ch", "primary": "prim", "school": "sch", "schools": "sch", "club": "club", "clubs": "club",
    "advice": "advice", "volunteers": "volunteer", "vol": "volunteer", "voluntary": "volunteer",
    "transport": "transport", "befriending": "befriend", "befrienders": "befriend", "residents": "resident",
    "mental": "mental", "healthcare": "health", "bros": "brother", "brothers": "brother", "and": "", "mount": "mt",
    "ageing": "age", "programme": "program", "project": "project", "proj": "project", "verein": "verein",
}  # fmt: skip
_COMMON = frozenset({
    "comm", "ctr", "group", "service", "assoc", "club", "project", "trust", "org", "support", "advice", "ch",
    "sch", "volunteer", "nbhd", "soc", "fdn", "program", "resident", "help", "care", "health", "friend",
    "local", "people", "lunch", "cafe", "intl", "natl", "cttee", "dept",
})  # fmt: skip
_SOUNDS = (
    (re.compile("tsch|tch|tsh|dsch|dzh|dj"), "j"),
    (re.compile("sch|sh"), "s"),
    (re.compile("kh|gh"), "h"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("dh"), "d"),
    (re.compile("ch|ck|q|c"), "k"),
    (re.compile("x"), "ks"),
    (re.compile("z|ts"), "s"),
    (re.compile("g"), "h"),
    (re.compile("v"), "w"),
)
_VOWELS = re.compile("[aeiouy'`]")
_TWICE = re.compile(r"(.)\1+")


class Word(NamedTuple):
    """One word of a name: in Latin letters, its skeleton, whether its vowels were never written, how much it says."""

    latin: str
    bones: str
    bare: bool
    weight: float


@lru_cache(maxsize=100_000)
def latin(word: str) -> str:
    """Return a plain word in small Latin letters and digits."""
    return re.sub("[^a-z0-9]", "", re.sub("^[`']", "a", anyascii(word).lower()))


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """Return the consonants of a Latin word by sound: `Khadija`, `Khadidja` and what anyascii makes of خدیجه agree."""
    for sound, letter in _SOUNDS:
        word = sound.sub(letter, word)
    head, rest = word[:1].replace("y", "j"), word[1:]
    if len(rest) > 1:
        rest = rest.removesuffix("h")
    return _TWICE.sub(r"\1", _VOWELS.sub("a", head) + _VOWELS.sub("", rest).replace("w", ""))


@lru_cache(maxsize=50_000)
def words(name: str, *, of_people: bool = False) -> tuple[Word, ...]:
    """Return the words of a name that tell it from others, in order; if nothing else is left, all of them."""
    joined = name.replace(".", "") if re.search(r"\b\w\.\w", name) else name
    said = [joined[begin:end] for _, begin, end in spans(joined)]
    whole = [_word(one, of_people=of_people) for one in said]
    kept = [one for one in whole if one.latin and one.latin not in (_ARTICLES if of_people else _FORMS)]
    return tuple((kept or [one for one in whole if one.latin])[:_MOST_WORDS])


def _word(said: str, *, of_people: bool) -> Word:
    plain = plain_word(said)
    bare = bool(_ABJAD.search(said))
    written = latin(plain)
    if bare and written.startswith("l") and plain.startswith("ال") and len(plain) > 4:
        written = written[1:]
    elif bare and plain[:1] in ("ا", "ع") and not written.startswith("a"):
        written = f"a{written}"
    if of_people:
        return Word(written, skeleton(written), bare, 1.0)
    short = _SHORT.get(written, written)
    short = short[:-1] if short == written and len(short) > 4 and short.endswith("s") and short[-2] != "s" else short
    return Word(short, skeleton(short), bare, 0.35 if short in _COMMON else 1.0)


@lru_cache(maxsize=200_000)
def word_likeness(one: Word, other: Word) -> float:
    """Return how likely two words are spellings of one, 0 to 1."""
    if one.latin == other.latin:
        return 1.0
    if one.latin.isdigit() or other.latin.isdigit():
        return 0.0
    typed = fuzz.ratio(one.latin, other.latin) / 100
    if len(one.latin) > 1 and len(other.latin) > 1:
        typed = max(typed, JaroWinkler.similarity(one.latin, other.latin) - 0.08)
    heard = fuzz.ratio(one.bones, other.bones) / 100
    if one.bare or other.bare:
        return heard * (0.95 if min(len(one.bones), len(other.bones)) > 2 else 0.88)
    if heard == 1 and len(one.bones) > 1:
        return max(typed, 0.75 + 0.22 * typed if len(one.bones) > 2 else 0.55 + 0.4 * typed)
    return typed if typed >= 0.8 else (typed + min(typed, heard)) / 2


def likeness(one: str, other: str, *, of_people: bool = False) -> float:
    """Return how likely two names mean the same, 0 to 1."""
    ours, theirs = words(one, of_people=of_people), words(other, of_people=of_people)
    if not ours or not theirs:
        return 0.0
    best = _aligned(ours, theirs, of_people=of_people)
    if not of_people and _initials(ours, theirs):
        best = max(best, 0.8)
    return max(best, _run_together(ours, theirs, of_people=of_people))


def _aligned(ours: Sequence[Word], theirs: Sequence[Word], *, of_people: bool) -> float:
    """Return how well the words of two names pair off, in any order."""
    short, long = sorted((ours, theirs), key=len)
    pairs = sorted(((word_likeness(a, b), i, j) for i, a in enumerate(short) for j, b in enumerate(long)), reverse=True)
    left, right, found = set(range(len(short))), set(range(len(long))), dict[int, tuple[float, int]]()
    for likely, i, j in pairs:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            found[i] = (likely, j)
    if of_people:
        return _of_people(found, short, long)
    met = sum(likely * (short[i].weight + long[j].weight) for i, (likely, j) in found.items() if likely > 0.6)
    return met / (sum(word.weight for word in ours) + sum(word.weight for word in theirs))


def _of_people(found: Mapping[int, tuple[float, int]], short: Sequence[Word], long: Sequence[Word]) -> float:
    """Every word of the shorter name must be in the longer: brothers share a family name and are two.

    An initial stands for a word that begins with it. What only one of them says takes little away.
    """
    worst = 1.0
    for i, (likely, j) in found.items():
        pair = (short[i].latin, long[j].latin)
        if min(map(len, pair)) == 1 and pair[0][0] == pair[1][0]:
            likely = 0.85
        worst = min(worst, likely)
    return max(0.0, worst - 0.06 * (len(long) - len(short)))


def _run_together(ours: Sequence[Word], theirs: Sequence[Word], *, of_people: bool) -> float:
    """Return how alike the names are with the gaps left out: `Abd al-Rahman`, `Abdulrahman`."""
    if len(ours) == len(theirs) or (len(ours) == 1 and len(theirs) > 3):
        return 0.0
    joined = ["".join(word.latin for word in side) for side in (ours, theirs)]
    typed = fuzz.ratio(*joined) / 100
    if not of_people:
        return typed if typed > 0.9 else 0.0
    bones = [skeleton(one) for one in joined]
    heard = fuzz.ratio(*bones) / 100
    return 0.92 * heard if heard > 0.88 and min(map(len, bones)) > 4 else typed if typed > 0.9 else 0.0


def _initials(ours: Sequence[Word], theirs: Sequence[Word]) -> bool:
    short, long = sorted((ours, theirs), key=len)
    return len(short) == 1 and len(long) > 2 and short[0].latin == "".join(word.latin[0] for word in long)
