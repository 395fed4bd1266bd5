"""The words for every reason, by code, in English and German; a reader of another language gets English."""

from services.matching.engine.records import Reason
from services.vocabulary import label

_EN = {
    "category.same": "Both are about the same thing: {category}.",
    "text.alike": "What they wrote is alike ({percent} %).",
    "relevance.none": "They are not about the same thing.",
    "capacity.left": "There is a place left.",
    "capacity.none": "There is no place left.",
    "means.shared": "Both can meet {means}.",
    "means.unstated": "Not both have said how they would meet.",
    "means.none": "They would not meet in the same way.",
    "language.shared": "Both speak {languages}.",
    "language.unstated": "Not both have said which languages they speak.",
    "language.none": "They share no language.",
    "distance.near": "They live about {km} km apart; at least one of them can travel that far.",
    "distance.far": "They live about {km} km apart; neither can travel more than {reach} km.",
    "distance.remote": "Distance does not matter, because they can meet by phone or online.",
    "distance.unstated": "Not both have said where they are.",
    "availability.shared": "In the next eight weeks they have about {hours} hours in common.",
    "availability.unstated": "Not both have said when they have time.",
    "availability.none": "They are never free together for {minutes} minutes in the next eight weeks.",
}
_DE = {
    "category.same": "Bei beiden geht es um dasselbe: {category}.",
    "text.alike": "Was sie geschrieben haben, ist ähnlich ({percent} %).",
    "relevance.none": "Es geht nicht um dasselbe.",
    "capacity.left": "Es ist noch ein Platz frei.",
    "capacity.none": "Es ist kein Platz mehr frei.",
    "means.shared": "Beide können sich {means} treffen.",
    "means.unstated": "Nicht beide haben gesagt, wie sie sich treffen würden.",
    "means.none": "Sie würden sich nicht auf dieselbe Weise treffen.",
    "language.shared": "Beide sprechen {languages}.",
    "language.unstated": "Nicht beide haben gesagt, welche Sprachen sie sprechen.",
    "language.none": "Sie haben keine gemeinsame Sprache.",
    "distance.near": "Sie wohnen etwa {km} km auseinander; eine Seite kann so weit fahren oder gehen.",
    "distance.far": "Sie wohnen etwa {km} km auseinander; keine Seite kommt weiter als {reach} km.",
    "distance.remote": "Die Entfernung spielt keine Rolle: Telefon oder Internet genügen.",
    "distance.unstated": "Nicht beide haben gesagt, wo sie sind.",
    "availability.shared": "In den nächsten acht Wochen haben sie etwa {hours} Stunden gemeinsam Zeit.",
    "availability.unstated": "Nicht beide haben gesagt, wann sie Zeit haben.",
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
