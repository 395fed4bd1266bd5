"""The words of a result, in the reader's language: why a need stays unserved, and why nothing was found at all."""

from collections.abc import Mapping

from services.matching.engine import Reason, say
from services.vocabulary import label

_WHY = {
    "en": {
        "gates": "Everybody who might fit was held back: {gates}.",
        "weak": "Nobody reached the score that was asked for.",
        "nobody": "Nobody offers it yet.",
        "places": "Others had the places.",
    },
    "de": {
        "gates": "Alle, die passen könnten, wurden zurückgehalten: {gates}.",
        "weak": "Niemand erreichte den verlangten Wert.",
        "nobody": "Noch bietet es niemand an.",
        "places": "Andere bekamen die Plätze.",
    },
}
_NOTE = {
    "en": {
        "gates": "Nobody was found: everybody was held back: {gates}.",
        "weak": "Nobody was found who reached the score that was asked for.",
        "nobody": "There are no offers yet that could serve these needs.",
        "places": "No offer has a place left, or too few came together for a group.",
        "no-needs": "There are no open needs to look at.",
        "no-ring": "People could help each other, but in no ring.",
        "no-lab": "No interest is shared by enough people who could meet, with a member of staff.",
        "no-listings": "There are no open needs or offers that show an interest.",
        "no-staff": "None of the staff can take part.",
    },
    "de": {
        "gates": "Niemand wurde gefunden, alle wurden zurückgehalten: {gates}.",
        "weak": "Niemand erreichte den verlangten Wert.",
        "nobody": "Noch gibt es kein Angebot, das zu diesem Bedarf passt.",
        "places": "Kein Angebot hat noch einen Platz, oder es kamen zu wenige für eine Gruppe zusammen.",
        "no-needs": "Es gibt keinen offenen Bedarf.",
        "no-ring": "Man könnte einander helfen, aber in keinem Ring.",
        "no-lab": "Kein Interesse teilen genügend Menschen, die sich mit einer Fachkraft treffen könnten.",
        "no-listings": "Es gibt keinen offenen Bedarf und kein Angebot, aus denen ein Interesse spricht.",
        "no-staff": "Keine der Fachkräfte kann teilnehmen.",
    },
}
_GATES = {
    "capacity": ("places", "Plätze"),
    "guardian": ("a guardian's consent", "Einverständnis Sorgeberechtigter"),
    "gender": ("a wish about gender", "Wunsch zum Geschlecht"),
    "grown_up": ("grown-ups only", "nur Erwachsene"),
    "checks": ("checks", "Nachweise"),
    "cost": ("cost", "Kosten"),
    "means": ("way of meeting", "Art des Treffens"),
    "settings": ("alone or in a group", "allein oder in der Gruppe"),
    "language": ("language", "Sprache"),
    "distance": ("distance", "Entfernung"),
    "availability": ("time", "Zeit"),
    "relevance": ("about something else", "anderes Thema"),
}
_A_FEW = {"en": "a few", "de": "einige"}


def why(code: str, held_back: Mapping[str, int | str], language: str) -> str:
    """Say why a need got nothing."""
    tongue = _tongue(language)
    return _WHY[tongue][code].format(gates=_gates(held_back, tongue))


def note(code: str, held_back: Mapping[str, int | str], language: str) -> str:
    """Say why a plan found nothing."""
    tongue = _tongue(language)
    return _NOTE[tongue][code].format(gates=_gates(held_back, tongue))


def sentence(code: str, values: Mapping[str, str | int], language: str) -> str:
    """Say a reason of which only the code and the values were kept."""
    return say(Reason(code, values), language)


def named(concept: str, language: str) -> str:
    """Return what a concept is called; one that only a community has goes by its own id."""
    try:
        return label(concept, language)
    except KeyError:
        return concept


def _tongue(language: str) -> str:
    tongue = language.partition("-")[0].lower()
    return tongue if tongue in _WHY else "en"


def _gates(held_back: Mapping[str, int | str], tongue: str) -> str:
    counts = ((gate, _A_FEW[tongue] if isinstance(many, str) else many) for gate, many in held_back.items())
    return ", ".join(f"{_GATES[gate][tongue == 'de']} ({many})" for gate, many in counts)
