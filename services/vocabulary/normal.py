"""One plain form for every spelling: what a language's writers leave out, double or swap makes no difference.

Marks above and below letters go (umlauts, accents, Arabic vowels and hamza), letters that look or sound the same in
the Arabic or the Ge'ez script become one, and whatever is neither letter nor digit parts words.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST_TEXT = 2_000
"""Characters of a text that are read; nobody says more than that in a need or an offer."""
_LONGEST_WORD = 40
_WORD = re.compile(r"[^\W_]+")
_SAME = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ґ": "г",
        "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه", "ة": "ه", "ۀ": "ه",
        "ں": "ن", "ٱ": "ا", "ـ": None, "’": None, "'": None, "ʼ": None, "`": None,
    }
)  # fmt: skip
_SYLLABLES = {0x1220: 0x1230, 0x1280: 0x1200, 0x1210: 0x1200, 0x1340: 0x1338, 0x12D0: 0x12A0, 0x12B8: 0x12A8}
"""Rows of the Ge'ez script that writers swap: ሠ for ሰ, ኀ and ሐ for ሀ, ፀ for ጸ, ዐ for አ, ኸ for ከ."""
_ELISION = re.compile(r"(?<!\w)([cdjlmnst]|qu)['’](?=\w)", re.IGNORECASE)
"""French and Italian small words that have lost their vowel are words of their own: l'école."""
_ETHIOPIC = re.compile("[\u1200-\u137f]")


def plain(text: str) -> str:
    """Return `text` in its plain form: lower case, no marks, one space between words."""
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """Return the words of `text` in their plain form, in order, each at most 40 characters long."""
    return [word for word, _, _ in spans(text)]


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return each word in its plain form with where it begins and ends in `text`."""
    found = []
    for match in _WORD.finditer(_ELISION.sub(r"\1 ", text[:LONGEST_TEXT]).translate(_JOINED)):
        word = plain_word(match[0][:_LONGEST_WORD])
        if word:
            found.append((word, match.start(), match.end()))
    return found


class _Joined(dict[int, str]):
    """Marks and joiners within a word would part it: each becomes a letter, so that every position stays as it was."""

    def __missing__(self, point: int) -> str:
        sign = chr(point)
        self[point] = "ʼ" if sign in "'’`" or unicodedata.category(sign) in {"Mn", "Cf"} else sign
        return self[point]


_JOINED = _Joined()


@lru_cache(maxsize=50_000)
def plain_word(word: str) -> str:
    """Return one word in its plain form; nothing when no letter and no digit is left."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold().translate(_SAME))
    bare = "".join(sign for sign in folded if unicodedata.category(sign) not in {"Mn", "Cf"}).translate(_SAME)
    return _ETHIOPIC.sub(_one_syllable, unicodedata.normalize("NFC", bare))


def _one_syllable(sign: re.Match[str]) -> str:
    point = ord(sign[0])
    return chr(_SYLLABLES.get(point & ~7, point & ~7) | point & 7)


def skeleton(word: str) -> str:
    """Return the consonants of a word in the Ge'ez script, its root in most forms; nothing for other scripts."""
    if not _ETHIOPIC.match(word):
        return ""
    return "".join(chr(ord(sign) & ~7) if _ETHIOPIC.match(sign) else sign for sign in word)
