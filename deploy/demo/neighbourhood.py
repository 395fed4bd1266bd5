"""The cast of Hazelbrook, a fictional quarter of an English town, as data. Nobody in it is real.

First names are pseudonyms. Texts in Arabic, Dari, Tigrinya and Ukrainian have not been read by native speakers yet;
`meaning` says in English what they say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

COUNCIL, TIME_BANK, GOOD_NEIGHBOURS = "Hazelbrook Council", "Hazelbrook Time Bank", "Good Neighbours Hazelbrook"
ALL_THREE = (COUNCIL, TIME_BANK, GOOD_NEIGHBOURS)
PURPOSES = ("assessment", "matching", "introduction", "timebank")
LONDON = "Europe/London"
MARKET, MILL, HILL, STATION, FAR = (
    (52.5862, -1.9825),
    (52.5921, -1.9702),
    (52.5788, -1.9951),
    (52.5829, -1.9760),
    (52.8021, -1.9490),
)
"""Corners of Hazelbrook; the last lies in a village twenty-four kilometres to the north."""
_MONDAY = date(2026, 1, 5)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic",
    "cy": "Welsh",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "pa": "Punjabi",
    "pl": "Polish",
    "prs": "Dari",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "yo": "Yoruba",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody offers or needs, in the words used; `meaning` repeats them in English where they are not."""

    title: str
    text: str
    category: str
    language: str = "en"
    meaning: str | None = None
    released: str | None = None
    means: tuple[str, ...] = ("in_person",)
    minutes: int = 60
    exchange: str = "gift"

    def body(self) -> dict[str, Any]:
        """Return it as needs and offers are posted, without its owner."""
        return {
            "title": self.title,
            "text": self.text,
            "released_text": self.released or self.title,
            "language": self.language,
            "category": self.category,
            "means": list(self.means),
            "minutes": self.minutes,
            "exchange": self.exchange,
        }


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A person of the cast: how to match her, what she offers and needs, and whom she allows to use it."""

    called: str
    languages: Mapping[str, str]
    place: tuple[float, float] = MARKET
    travel: tuple[str, ...] = ("foot", "bus")
    times: tuple[dict[str, Any], ...] = ()
    offers: tuple[Wish, ...] = ()
    needs: tuple[Wish, ...] = ()
    allows: tuple[str, ...] = ALL_THREE
    purposes: tuple[str, ...] = PURPOSES
    do_not_ask: bool = False
    phone: str = ""

    @property
    def spoken(self) -> list[str]:
        """Return the names of her languages, in English."""
        return [LANGUAGES[tag] for tag in self.languages]

    def body(self, organisations: Mapping[str, str]) -> dict[str, Any]:
        """Return her registration; `organisations` are the ids of those she may allow, by name."""
        return {
            "called": self.called,
            "languages": [{"tag": tag, "level": level} for tag, level in self.languages.items()],
            "place": {"latitude": self.place[0], "longitude": self.place[1]},
            "travel": list(self.travel),
            "availability": list(self.times),
            "do_not_ask": self.do_not_ask,
            "consents": [
                {"purpose": purpose, "recipient_id": organisations[name], "notice_version": "2026-01"}
                for name in self.allows
                for purpose in self.purposes
            ],
        }


def weekly(day: str, at: int, hours: int = 3, zone: str = LONDON) -> dict[str, Any]:
    """Return a window that comes every week: a day such as `TU`, the hour it begins, how many hours."""
    first = _MONDAY + timedelta(days=_DAYS.index(day))
    return {
        "starts": f"{first}T{at:02}:00:00",
        "minutes": 60 * hours,
        "time_zone": zone,
        "rule": f"FREQ=WEEKLY;BYDAY={day}",
    }


_MORNINGS = (weekly("TU", 9), weekly("WE", 9), weekly("TH", 9))
_AFTERNOONS = (weekly("TU", 14), weekly("TH", 14), weekly("SA", 14))

LEYLA = Neighbour(
    "Leyla",
    {"de": "native", "tr": "native", "en": "basic"},
    times=_MORNINGS,
    phone="01632 960 101",
    offers=(
        Wish(
            "Backen und Kochen für einen Mittagstisch",
            "Ich backe Brot und koche gern für viele Leute, am liebsten türkische Küche",
            "food",
            "de",
            meaning="I bake bread and like to cook for many people, Turkish food best of all",
            released="Cooking and baking bread for a lunch club",
            minutes=120,
        ),
    ),
    needs=(
        Wish(
            "Jemand zum Englischüben",
            "Ich möchte mit jemandem Englisch üben, im Gespräch, ohne Lehrbuch",
            "language",
            "de",
            meaning="I would like to practise English with somebody, by talking, without a textbook",
            released="Somebody to practise English conversation with",
            minutes=90,
        ),
    ),
)
"""The heroine of the first journey: she grew up in Germany and is new in Hazelbrook."""

LEARNERS = (
    Neighbour(
        "Amina",
        {"ar": "native"},
        STATION,
        times=_MORNINGS,
        needs=(
            Wish(
                "أتعلّم الإنجليزية",
                "أريد أن أتعلّم الإنجليزية مع شخص صبور",
                "language",
                "ar",
                meaning="I want to learn English with a patient person",
                released="Learning English with a patient person",
            ),
        ),
    ),
    Neighbour(
        "Farid",
        {"prs": "native", "en": "basic"},
        MILL,
        times=_AFTERNOONS,
        needs=(
            Wish(
                "مشق انگلیسی برای کار",
                "می‌خواهم برای مصاحبهٔ کار انگلیسی مشق کنم",
                "language",
                "prs",
                meaning="I want to practise English for a job interview",
                released="Practising English for a job interview",
            ),
        ),
    ),
    Neighbour(
        "Tesfay",
        {"ti": "native", "en": "basic"},
        HILL,
        times=(weekly("SA", 10), weekly("SU", 14)),
        needs=(
            Wish(
                "እንግሊዝኛ ምጽሓፍ",
                "ብእንግሊዝኛ ደብዳበ ምጽሓፍ ክመሃር ይደሊ",
                "language",
                "ti",
                meaning="I want to learn to write letters in English",
                released="Learning to write letters in English",
            ),
        ),
    ),
    Neighbour(
        "Oksana",
        {"uk": "native", "pl": "good", "en": "basic"},
        STATION,
        times=_MORNINGS,
        needs=(
            Wish(
                "Розмовляти англійською",
                "Хочу розмовляти англійською про буденні речі",
                "language",
                "uk",
                meaning="I want to talk in English about everyday things",
                released="Talking in English about everyday things",
            ),
        ),
    ),
)
"""Four more who want to practise English: with Leyla's, five needs of one kind are open."""

HELPERS = (
    Neighbour(
        "Margaret",
        {"en": "native", "de": "basic"},
        STATION,
        times=(weekly("TU", 10), weekly("TH", 10)),
        phone="01632 960 102",
        offers=(
            Wish(
                "English conversation over a cup of tea",
                "I taught English for thirty years and like to practise conversation with people who are new here",
                "language",
                minutes=90,
                exchange="credit",
            ),
        ),
    ),
    Neighbour(
        "Rosa",
        {"es": "native", "en": "fluent"},
        HILL,
        ("bicycle",),
        (weekly("WE", 9), weekly("FR", 9)),
        offers=(Wish("A walk and a chat in English", "A walk in the park, talking English all the way", "language"),),
    ),
    Neighbour(
        "Oluwaseun",
        {"yo": "native", "en": "fluent"},
        times=(weekly("MO", 19, 2), weekly("FR", 19, 2)),
        offers=(Wish("English for beginners", "Practise English from the first words on", "language"),),
    ),
    Neighbour(
        "Harjit",
        {"pa": "native", "ur": "good"},
        times=_MORNINGS,
        offers=(Wish("Reading and writing Punjabi", "I teach children and adults to read Punjabi", "language"),),
    ),
    Neighbour(
        "Bronwen",
        {"cy": "native", "en": "native"},
        FAR,
        ("foot",),
        _MORNINGS,
        offers=(Wish("English by the fireside", "English conversation at my kitchen table", "language"),),
    ),
    Neighbour(
        "Tariq",
        {"ur": "native", "en": "fluent"},
        MILL,
        times=_MORNINGS,
        offers=(Wish("English by video call", "Conversation in English, online only", "language", means=("online",)),),
    ),
    Neighbour(
        "Agnes",
        {"en": "native"},
        times=_MORNINGS,
        do_not_ask=True,
        offers=(Wish("Proofreading letters in English", "I correct letters and forms in English", "language"),),
    ),
    Neighbour(
        "Graham",
        {"en": "native"},
        times=_MORNINGS,
        offers=(Wish("English through old films", "We watch a film in English and talk about it", "language"),),
    ),
)
"""Who could help Leyla, and those whom one gate each keeps from her: time, language, distance, means; and two more."""

OTHERS = (
    Neighbour(
        "Winston",
        {"en": "native"},
        MILL,
        times=(weekly("TU", 9, 5), weekly("TH", 9, 5)),
        needs=(
            Wish(
                "Somebody to cook for our lunch club",
                "Our lunch club of fifteen needs somebody who cooks and bakes bread",
                "food",
                minutes=120,
            ),
        ),
    ),
    Neighbour(
        "Jan",
        {"pl": "native", "en": "good"},
        HILL,
        ("car",),
        _AFTERNOONS,
        offers=(Wish("Small repairs", "I repair taps, shelves and bicycles", "repair", minutes=90),),
        needs=(Wish("Company on a long walk", "I would like to walk with others on Saturdays", "company"),),
    ),
    Neighbour(
        "Priya",
        {"en": "fluent", "pa": "native"},
        STATION,
        times=_AFTERNOONS,
        offers=(Wish("Help with phone and computer", "I explain phones and computers patiently", "digital"),),
        needs=(Wish("A leaking tap", "My kitchen tap leaks and I cannot repair it", "repair"),),
    ),
)
HAZELBROOK = (LEYLA, *LEARNERS, *HELPERS, *OTHERS)
