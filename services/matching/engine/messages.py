"""The words for every reason, by code, in English and German; a reader of another language gets English."""

from services.matching.engine.records import Reason
from services.vocabulary import label

_EN = {
    "category.same": "Both are about {category}.",
    "text.alike": "What they wrote is alike ({percent} %).",
    "relevance.none": "They are not about the same thing.",
    "capacity.left": "There is a place left.",
    "capacity.none": "There is no place left.",
    "means.shared": "Both can meet {means}.",
    "means.unstated": "One of them does not say how they would meet.",
    "means.none": "They would not meet in the same way.",
    "language.shared": "Both speak {languages}.",
    "language.unstated": "One of them does not say which languages they speak.",
    "language.none": "They share no language.",
    "distance.near": "They live about {km} km apart, which one of them can travel.",
    "distance.far": "They live about {km} km apart; neither can travel more than {reach} km.",
    "distance.remote": "Distance does not matter, because they can meet by phone or online.",
    "distance.unstated": "One of them does not say where they are.",
    "availability.shared": "Both have time at once, about {hours} hours in the next eight weeks.",
    "availability.unstated": "One of them does not say when they have time.",
    "availability.none": "They are never free together for {minutes} minutes in the next eight weeks.",
}
_DE = {
    "category.same": "Bei beiden geht es um {category}.",
    "text.alike": "Was sie geschrieben haben, ist ähnlich ({percent} %).",
    "relevance.none": "Es geht nicht um dasselbe.",
    "capacity.left": "Es ist noch ein Platz frei.",
    "capacity.none": "Es ist kein Platz mehr frei.",
    "means.shared": "Beide können sich {means} treffen.",
    "means.unstated": "Eine Seite sagt nicht, wie man sich treffen würde.",
    "means.none": "Sie würden sich nicht auf dieselbe Weise treffen.",
    "language.shared": "Beide sprechen {languages}.",
    "language.unstated": "Eine Seite sagt nicht, welche Sprachen sie spricht.",
    "language.none": "Sie haben keine gemeinsame Sprache.",
    "distance.near": "Sie wohnen etwa {km} km auseinander; eine Seite kann so weit fahren oder gehen.",
    "distance.far": "Sie wohnen etwa {km} km auseinander; keine Seite kommt weiter als {reach} km.",
    "distance.remote": "Die Entfernung spielt keine Rolle: Telefon oder Internet genügen.",
    "distance.unstated": "Eine Seite sagt nicht, wo sie ist.",
    "availability.shared": "Beide haben gleichzeitig Zeit, etwa {hours} Stunden in den nächsten acht Wochen.",
    "availability.unstated": "Eine Seite sagt nicht, wann sie Zeit hat.",
    "availability.none": "Sie haben in den nächsten acht Wochen nie gemeinsam {minutes} Minuten Zeit.",
}
CATALOGUE = {"en": _EN, "de": _DE}
_MEANS = {
    "en": {"in_person": "in person", "phone": "by phone", "online": "online"},
    "de": {"in_person": "persönlich", "phone": "am Telefon", "online": "im Internet"},
}
_AND = {"en": " and ", "de": " und "}
_LANGUAGES = {
    "ar": ("Arabic", "Arabisch"), "de": ("German", "Deutsch"), "en": ("English", "Englisch"),
    "es": ("Spanish", "Spanisch"), "fa": ("Persian", "Persisch"), "fr": ("French", "Französisch"),
    "it": ("Italian", "Italienisch"), "ku": ("Kurdish", "Kurdisch"), "pa": ("Punjabi", "Pandschabi"),
    "pl": ("Polish", "Polnisch"), "prs": ("Dari", "Dari"), "ps": ("Pashto", "Paschtu"),
    "pt": ("Portuguese", "Portugiesisch"), "ro": ("Romanian", "Rumänisch"), "ru": ("Russian", "Russisch"),
    "so": ("Somali", "Somali"), "ti": ("Tigrinya", "Tigrinya"), "tr": ("Turkish", "Türkisch"),
    "uk": ("Ukrainian", "Ukrainisch"), "ur": ("Urdu", "Urdu"),
}  # fmt: skip


def say(reason: Reason, language: str) -> str:
    """Return the reason as a sentence in `language`, or in English where it has none."""
    tongue = language.partition("-")[0].lower()
    tongue = tongue if tongue in CATALOGUE else "en"
    words = {name: _word(name, value, tongue) for name, value in reason.values.items()}
    return CATALOGUE[tongue][reason.code].format(**words)


def _word(name: str, value: str | int, tongue: str) -> str:
    if name == "category":
        return label(str(value), tongue)
    if name == "means":
        return _listed([_MEANS[tongue].get(one, one) for one in str(value).split(",")], tongue)
    if name == "languages":
        names = [_LANGUAGES.get(one, (one, one))[tongue == "de"] for one in str(value).split(",")]
        return _listed(names, tongue)
    return str(value)


def _listed(words: list[str], tongue: str) -> str:
    return _AND[tongue].join(filter(None, [", ".join(words[:-1]), words[-1]]))
