"""The words for every reason, by code, in English and German; a reader of another language gets English."""

from services.matching.engine.records import Reason
from services.vocabulary import label

_EN = {
    "concept.same": "Both are about the same thing: {concept}.",
    "concept.akin": "One is about {ours}, the other about {theirs}: that goes together.",
    "category.same": "Both belong to {category}.",
    "text.alike": "What they wrote is alike ({percent} %).",
    "relevance.none": "They are not about the same thing.",
    "capacity.left": "There is a place left.",
    "capacity.none": "There is no place left.",
    "means.shared": "Both can meet {means}.",
    "means.unstated": "Not both have said how they would meet.",
    "means.none": "They would not meet in the same way.",
    "language.shared": "Both speak {languages}.",
    "language.unstated": "Not both have said which languages they speak.",
    "language.bridge": "They share no language, but somebody could interpret between {languages}.",
    "language.none": "They share no language, and nobody interprets between theirs.",
    "distance.near": "They live about {km} km apart; at least one of them can travel that far.",
    "distance.far": "They live about {km} km apart; neither can travel more than {reach} km.",
    "distance.remote": "Distance does not matter, because they can meet by phone or online.",
    "distance.unstated": "Not both have said where they are.",
    "availability.shared": "In the next eight weeks they have about {hours} hours in common.",
    "availability.unstated": "Not both have said when they have time.",
    "settings.shared": "Both would meet in the same setting, alone or in a group.",
    "settings.unstated": "Not both have said whether they would meet alone or in a group.",
    "settings.none": "One would only meet alone, the other only in a group.",
    "cost.none": "It costs the person nothing.",
    "cost.stated": "It costs the person something, and that has been said.",
    "cost.too_much": "It costs more than the person can pay.",
    "guardian.not_asked": "Neither side is known to be under 18.",
    "guardian.agreed": "Somebody is under 18, and a guardian has agreed.",
    "guardian.missing": "Somebody is under 18, and no guardian has agreed yet.",
    "gender.not_asked": "Neither side asks who the other is.",
    "gender.met": "A wish to meet only women, or only men, is met.",
    "gender.unmet": "A wish to meet only women, or only men, is not met, or not known to be.",
    "grown_up.not_asked": "Neither side asks for grown-ups only.",
    "grown_up.met": "A wish to meet only grown-ups is met.",
    "grown_up.unmet": "A wish to meet only grown-ups is not met, or not known to be.",
    "checks.not_asked": "No check is asked for.",
    "checks.met": "Every check that is asked for is held and has not run out.",
    "checks.unmet": "A check that is asked for is not held, or has run out.",
    "fairness.seldom": "It is their turn: they have not been asked of late.",
    "availability.none": "They are never free together for {minutes} minutes in the next eight weeks.",
}
_DE = {
    "concept.same": "Bei beiden geht es um dasselbe: {concept}.",
    "concept.akin": "Hier geht es um {ours}, dort um {theirs}: das passt zusammen.",
    "category.same": "Beide gehören zu {category}.",
    "text.alike": "Was sie geschrieben haben, ist ähnlich ({percent} %).",
    "relevance.none": "Es geht nicht um dasselbe.",
    "capacity.left": "Es ist noch ein Platz frei.",
    "capacity.none": "Es ist kein Platz mehr frei.",
    "means.shared": "Beide können sich {means} treffen.",
    "means.unstated": "Nicht beide haben gesagt, wie sie sich treffen würden.",
    "means.none": "Sie würden sich nicht auf dieselbe Weise treffen.",
    "language.shared": "Beide sprechen {languages}.",
    "language.unstated": "Nicht beide haben gesagt, welche Sprachen sie sprechen.",
    "language.bridge": "Sie haben keine gemeinsame Sprache, aber jemand könnte zwischen {languages} dolmetschen.",
    "language.none": "Sie haben keine gemeinsame Sprache, und niemand dolmetscht zwischen ihren.",
    "distance.near": "Sie wohnen etwa {km} km auseinander; eine Seite kann so weit fahren oder gehen.",
    "distance.far": "Sie wohnen etwa {km} km auseinander; keine Seite kommt weiter als {reach} km.",
    "distance.remote": "Die Entfernung spielt keine Rolle: Telefon oder Internet genügen.",
    "distance.unstated": "Nicht beide haben gesagt, wo sie sind.",
    "availability.shared": "In den nächsten acht Wochen haben sie etwa {hours} Stunden gemeinsam Zeit.",
    "availability.unstated": "Nicht beide haben gesagt, wann sie Zeit haben.",
    "settings.shared": "Beide würden sich im selben Rahmen treffen, allein oder in der Gruppe.",
    "settings.unstated": "Nicht beide haben gesagt, ob sie sich allein oder in der Gruppe treffen würden.",
    "settings.none": "Die eine Seite würde nur allein, die andere nur in der Gruppe kommen.",
    "cost.none": "Es kostet die Person nichts.",
    "cost.stated": "Es kostet die Person etwas, und das ist gesagt.",
    "cost.too_much": "Es kostet mehr, als die Person bezahlen kann.",
    "guardian.not_asked": "Von keiner Seite ist bekannt, dass sie unter 18 ist.",
    "guardian.agreed": "Jemand ist unter 18, und eine sorgeberechtigte Person ist einverstanden.",
    "guardian.missing": "Jemand ist unter 18, und noch keine sorgeberechtigte Person hat zugestimmt.",
    "gender.not_asked": "Keine Seite fragt danach, wer die andere ist.",
    "gender.met": "Der Wunsch, nur Frauen oder nur Männer zu treffen, ist erfüllt.",
    "gender.unmet": "Der Wunsch, nur Frauen oder nur Männer zu treffen, ist nicht oder nicht sicher erfüllt.",
    "grown_up.not_asked": "Keine Seite bittet um Erwachsene.",
    "grown_up.met": "Der Wunsch, nur Erwachsene zu treffen, ist erfüllt.",
    "grown_up.unmet": "Der Wunsch, nur Erwachsene zu treffen, ist nicht oder nicht sicher erfüllt.",
    "checks.not_asked": "Es wird kein Nachweis verlangt.",
    "checks.met": "Jeder verlangte Nachweis liegt vor und gilt noch.",
    "checks.unmet": "Ein verlangter Nachweis fehlt oder ist abgelaufen.",
    "fairness.seldom": "Sie sind an der Reihe: In letzter Zeit wurden sie nicht gefragt.",
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
    if name in {"category", "concept", "ours", "theirs"}:
        return _called(str(value), tongue)
    if name == "means":
        return _listed([_MEANS[tongue].get(one, one) for one in str(value).split(",")], tongue)
    if name == "languages":
        names = [_LANGUAGES.get(one, (one, one))[tongue == "de"] for one in str(value).split(",")]
        return _listed(names, tongue)
    return str(value)


def _called(concept: str, tongue: str) -> str:
    """Return what a category or concept is called; a community's own concept is called by its key."""
    try:
        return label(concept, tongue)
    except KeyError:
        return concept.replace("_", " ")


def _listed(words: list[str], tongue: str) -> str:
    return _AND[tongue].join(filter(None, [", ".join(words[:-1]), words[-1]]))
