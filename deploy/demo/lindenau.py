"""The cast of Lindenau, a fictional quarter of a German border town, and what it writes on the cards of one evening.

Nobody in it is real. The cards in Arabic, Dari and Tigrinya have not been read by native speakers yet.
"""

from dataclasses import dataclass

from deploy.demo.neighbourhood import PURPOSES, Neighbour, Wish, weekly

CITY, CAFE = "Stadt Lindenau", "Café International Lindenau"
BERLIN = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class CardText:
    """A card of the round table: which question, which image, the words, and their German translation."""

    question: int
    category: str
    text: str
    german: str
    english: str
    writer: str | None = None
    everybody: bool = True


@dataclass(frozen=True, slots=True)
class TableCast:
    """One table of the evening: its language, who invites whom, and what its people write."""

    language: str
    interpreter: str
    people: tuple[Neighbour, ...]
    invited: int
    came: int
    cards: tuple[CardText, ...]
    later: tuple[CardText, ...] = ()


def _guest(called: str, language: str, german: str = "basic", *, agrees: bool = True) -> Neighbour:
    return Neighbour(
        called,
        {language: "native", "de": german},
        (48.5731, 7.8152),
        times=(weekly("SA", 10, 6, BERLIN), weekly("WE", 16, 4, BERLIN)),
        allows=(CITY, CAFE),
        purposes=PURPOSES if agrees else ("assessment",),
    )


TABLES = (
    TableCast(
        "ar",
        "Interpreter for Arabic",
        (_guest("Rania", "ar"), _guest("Yusuf", "ar", "good")),
        18,
        15,
        (
            CardText(
                1,
                "housing",
                "نحتاج إلى بيت أكبر لعائلة من ستة أفراد",
                "Wir brauchen eine größere Wohnung für sechs Personen",
                "We need a larger flat for a family of six",
            ),
            CardText(
                1,
                "learning",
                "نحتاج إلى مكان هادئ للدراسة",
                "Wir brauchen einen ruhigen Ort zum Lernen",
                "We need a quiet place to study",
            ),
            CardText(
                1,
                "language",
                "أريد أن أتحدث الألمانية مع جيران ألمان",
                "Ich möchte mit deutschen Nachbarn Deutsch sprechen",
                "I want to speak German with German neighbours",
                "Rania",
            ),
            CardText(
                1,
                "language",
                "دورة لغة مع رعاية للأطفال",
                "Ein Sprachkurs mit Kinderbetreuung",
                "A language course with childcare",
            ),
            CardText(
                2,
                "repair",
                "أنا كهربائي وأستطيع إصلاح الأجهزة",
                "Ich bin Elektriker und kann Geräte reparieren",
                "I am an electrician and can repair appliances",
                "Yusuf",
            ),
            CardText(
                2, "food", "أطبخ لمناسبات كبيرة", "Ich koche für große Feste", "I cook for big celebrations", "Rania"
            ),
        ),
    ),
    TableCast(
        "prs",
        "Interpreter for Dari",
        (_guest("Shirin", "prs"), _guest("Jawad", "prs", "good"), _guest("Nasrin", "prs", agrees=False)),
        16,
        14,
        (
            CardText(1, "work", "می‌خواهم کار پیدا کنم", "Ich möchte Arbeit finden", "I want to find work"),
            CardText(
                1,
                "language",
                "کسی که با من آلمانی مشق کند",
                "Jemand, der mit mir Deutsch übt",
                "Somebody who practises German with me",
                "Shirin",
            ),
            CardText(
                1,
                "language",
                "معلومات دربارهٔ کورس‌های زبان",
                "Informationen über Sprachkurse",
                "Information on language courses",
            ),
            CardText(
                1,
                "sport",
                "اطفال ما می‌خواهند فوتبال بازی کنند",
                "Unsere Kinder möchten Fußball spielen",
                "Our children want to play football",
            ),
        ),
        (
            CardText(
                2,
                "household",
                "لباس می‌دوزم و ترمیم می‌کنم",
                "Ich nähe und bessere Kleidung aus",
                "I sew and mend clothes",
                "Shirin",
            ),
            CardText(
                2,
                "language",
                "به همسایه‌ها دری یاد می‌دهم و آلمانی مشق می‌کنم",
                "Ich übe mit Nachbarn Deutsch und bringe Dari bei",
                "I practise German with neighbours and teach Dari",
                "Jawad",
            ),
            CardText(
                2, "childcare", "از اطفال نگهداری می‌کنم", "Ich passe auf Kinder auf", "I look after children", "Nasrin"
            ),
        ),
    ),
    TableCast(
        "ti",
        "Interpreter for Tigrinya",
        (_guest("Selam", "ti"), _guest("Yonas", "ti", "good")),
        14,
        11,
        (
            CardText(
                1, "health", "ብዛዕባ ጥዕና ምኽሪ የድልየና", "Wir brauchen Beratung zur Gesundheit", "We need advice on health"
            ),
            CardText(
                1,
                "language",
                "ጀርመንኛ ንምምሃር ግዜን ቦታን የድልየኒ",
                "Ich brauche Zeit und Platz, um Deutsch zu lernen",
                "I need time and a place to learn German",
                "Selam",
            ),
            CardText(
                2,
                "culture",
                "ክራር ይጻወት እየ፡ ንኻልኦት ድማ ይምህር",
                "Ich spiele Krar und bringe es anderen bei",
                "I play the krar and teach it to others",
                "Yonas",
            ),
            CardText(
                2,
                "household",
                "ንጽህና ናይ ገዛና ብሓባር ክንሕዝ ንኽእል",
                "Wir können gemeinsam unser Haus sauber halten",
                "We can keep our house clean together",
            ),
        ),
    ),
)
"""An evening like those of a German border town: many needs come at once, strengths need a prompt."""
LINDENAU = tuple(person for table in TABLES for person in table.people)

GERMAN_HELPER = Neighbour(
    "Hannelore",
    {"de": "native"},
    (48.5740, 7.8131),
    times=(weekly("SA", 10, 3, BERLIN), weekly("WE", 16, 2, BERLIN)),
    allows=(CITY, CAFE),
    offers=(
        Wish(
            "Deutsch üben beim Spaziergang",
            "Ich übe gern mit Neuen Deutsch, beim Spazierengehen oder am Küchentisch",
            "language",
            "de",
            meaning="I like to practise German with newcomers, on a walk or at the kitchen table",
        ),
    ),
)
"""Somebody of Lindenau who has time for those who want to practise German."""
