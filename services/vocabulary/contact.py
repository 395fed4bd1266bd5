"""What in a text tells how to reach somebody: a phone number, an e-mail address, a URL, however they are written.

It errs on the side of letting through what people say to each other all day: times, dates, prices, lists of rooms.
Whoever is determined gets a number past any such list; it keeps those from it who do not think of it.
"""

import re
import unicodedata

_UNSEEN = {"Cf", "Me", "Mn"}
_ENDINGS = "com|org|net|info|eu|uk|de|fr|io|me|app|co|online|xyz|dev|ly|gg|ch|pl|nl|ru|se|dk|ie|biz"
_MAILERS = "g(?:oogle)?mail|hotmail|outlook|yahoo|gmx|icloud|protonmail"
_AT = r"(?:@|\ba\.?t\b|\bät\b|\bchez\b|\barroba\b)"
_DOT = r"(?:\.|\bd\.?o\.?t\b|\bpunkt\b|\bpoint\b|\bpunto\b|\bkropka\b)"
_SPOKEN_DOT = r"(?:d\.?o\.?t|punkt|point|punto|kropka)"
_DATE = re.compile(r"(?<![\w.-])(?:(?:19|20)\d\d-[01]\d-[0-3]\d|[0-3]?\d[./][01]?\d[./](?:19|20)\d\d)(?![\w-])(?!\.\d)")
_CONTACT = re.compile(
    rf"""
    [^\s@]+@[^\s@]+\.\w                             # an e-mail address
    | \w@[^\W\d]\w                                  # one without its ending
    | @\s{{0,2}}[\w-]+\s{{0,2}}\.\s{{0,2}}(?:{_ENDINGS})\b
    | \w\s?[(\[{{<]\s?{_AT}\s?[)\]}}>]\s?\w         # amal (at) example
    | \w\s{_AT}\s[\w-]+\s[(\[{{]?\s?{_SPOKEN_DOT}\s?[)\]}}]?\s(?:{_ENDINGS})\b
    | \b(?:{_MAILERS})\W{{1,3}}(?:{_DOT}\W{{0,3}})?(?:com|de|net|co|org|fr|pl)\b
    | \b[a-z]{{3,6}}://                             # a URL
    | \bwww\.\w
    | \b[\w-]+\.(?:{_ENDINGS})\b(?!\.\w)
    | \+?\d(?:[\s()./\-‐–—−·•]{{0,3}}\d){{6,}}      # a phone number: seven digits or more, however spaced
    # Ten or more with other signs or one letter between; lists, times (10:30) and hours (10h30) are no number.
    | \d(?:[^\w,;:]{{0,4}}(?:[^\W\dHh][^\w,;:]{{0,4}})?\d){{9,}}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMES_OF_DIGITS = (
    "zero oh null nul zéro cero sıfır صفر ноль",
    "one eins un uno jeden bir واحد یک один",
    "two zwei zwo deux dos dwa iki اثنان اثنين دو два",
    "three drei trois tres trzy üç ثلاثة سه три",
    "four vier quatre cuatro cztery dört أربعة چهار четыре",
    "five fünf fuenf cinq cinco pięć beş خمسة پنج пять",
    "six sechs seis sześć altı ستة شش шесть",
    "seven sieben sept siete siedem yedi سبعة هفت семь",
    "eight acht huit ocho osiem sekiz ثمانية هشت восемь",
    "nine neun neuf nueve dziewięć dokuz تسعة نه девять",
)
_DIGITS = {
    unicodedata.normalize("NFKC", name): str(digit)
    for digit, names in enumerate(_NAMES_OF_DIGITS)
    for name in names.split()
}
_SPELT = re.compile(
    rf"(?<![^\W\d_])(?:{'|'.join(sorted(map(re.escape, _DIGITS), key=len, reverse=True))})(?![^\W\d_])", re.IGNORECASE
)
_SPREAD = re.compile(r"(?<!\w)[^\W\d_](?: [^\W\d_](?!\w)){2,}")
_LIKE_ZERO = re.compile(r"(?<=\d)[oо]+|[oо]+(?=\d)", re.IGNORECASE)
_LIKE_ONE = re.compile(r"(?<=\d)[lI](?![^\W\dlIoO])|(?<![^\W\d])[lI](?=\d)")


def reveals_contact(text: str) -> bool:
    """Say whether `text` contains a phone number, an e-mail address or a URL.

    Other scripts' digits, digits spelt out, full-width signs, letters that look like digits, letters set apart and
    what cannot be seen between two signs make no difference. Dates are not taken for numbers.
    """
    seen = _DATE.sub(" ", _plain(text))
    return _CONTACT.search(seen) is not None or _CONTACT.search(_respelt(seen)) is not None


def _plain(text: str) -> str:
    signs = unicodedata.normalize("NFKC", text).replace("。", ".")
    return "".join(_digit(sign) for sign in signs if unicodedata.category(sign) not in _UNSEEN)


def _digit(sign: str) -> str:
    """Return the digit that a sign stands for, such as one in a black circle; else the sign."""
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)


def _respelt(text: str) -> str:
    """Return a text with its digits written as digits, and its spread letters closed up."""
    digits = _SPELT.sub(lambda found: _DIGITS.get(found.group().lower(), found.group()), text)
    likely = _LIKE_ONE.sub("1", _LIKE_ZERO.sub(lambda found: "0" * len(found.group()), digits))
    return _SPREAD.sub(lambda found: found.group().replace(" ", ""), likely)
