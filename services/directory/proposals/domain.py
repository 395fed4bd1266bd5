"""The rules about proposals: how answers to the Community Asset Survey become what could stand in the directory.

    Conflict
    └── AlreadyDecided    somebody has confirmed or refused it before

Keys of the survey are those of its first version; an answer that is unknown here is left out, never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.kernel.problems import IllegalState

_LONGEST_LINE, _LONGEST_TEXT = 200, 10_000
_KINDS: Mapping[str, tuple[str, str | None]] = {
    "community_group": ("group", None),
    "charity": ("organisation", "charity"),
    "council_service": ("service", None),
    "place": ("place", None),
    "micro_provider": ("micro_provider", None),
    "business": ("organisation", "business"),
    "school": ("organisation", "school"),
    "faith_group": ("organisation", "faith"),
    "other": ("organisation", "other"),
}
_SUPPORT = {
    "supported_tenancies": "supported-tenancies",
    "wellbeing_health": "wellbeing-and-health",
    "leisure_arts": "leisure-and-arts",
    "holidays_short_breaks": "holidays-and-short-breaks",
    "friendship_good_neighbour": "friendship-or-good-neighbour",
    "drop_in_lunch_clubs": "drop-in-centres-and-lunch-clubs",
    "advice_representation": "advice-and-representation",
    "transport": "transport",
}
_PAID = {"paid": "paid", "some_paid": "mixed", "unpaid": "unpaid"}
_BUSINESS = {
    "voluntary": "voluntary",
    "expenses": "expenses-only",
    "non_profit": "social-enterprise",
    "social_enterprise": "social-enterprise",
    "commercial": "commercial",
}
_TRADES_AS = {name: name.replace("_", "-") for name in ("sole_trader", "partnership", "company", "informal")}
_ACCESS = {
    "step_free": "step-free",
    "accessible_toilet": "accessible-toilet",
    "hearing_loop": "hearing-loop",
    "sign_language": "sign-language",
    "plain_language": "easy-read",
    "quiet_space": "quiet-space",
    "assistance_dogs": "assistance-dogs",
    "parking": "accessible-parking",
    "home_visits": "home-visits",
    "online": "online",
}
_MORE_ACCESS = {
    "lift": "There is a lift.",
    "near_stop": "A bus or train stop is close by.",
    "baby_change": "There is a changing table; prams are welcome.",
}
_CHARGE = {
    "free": "Free.",
    "donation": "Give what you can.",
    "small_charge": "There is a small charge.",
    "full_price": "The price covers the costs.",
    "time_credits": "Paid in time credits.",
}
HOSTED_BY = {
    "organisation": "organisation_id", "group": "group_id", "micro_provider": "micro_provider_id"
}  # fmt: skip
"""Which asset stands behind the activities that were proposed together with it, by its kind."""


class AlreadyDecided(IllegalState):
    slug = "already-decided"
    title = "This proposal has been decided"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What could stand in the directory: an entry of `kind`, and what it does, as activities of its own."""

    kind: str
    facts: dict[str, Any]
    activities: list[dict[str, Any]] = field(default_factory=list)
    ask_again_on: date | None = None


def proposed(answers: Mapping[str, Any]) -> Proposed:
    """Return what the answers propose. What does not fit is left for whoever confirms it."""
    kind, named = _KINDS.get(str(answers.get("kind")), ("organisation", "other"))
    facts = {"name": _line(answers.get("name")), **_common(answers)}
    facts |= {"kind": named} if named else {}
    facts |= _micro_provider(answers) if kind == "micro_provider" else {}
    facts |= _place(answers.get("place"), kind)
    again = answers.get("check_on")
    done = [_activity(one) for one in _list(answers.get("activities")) if isinstance(one, dict)]
    return Proposed(kind, _said(facts), done, date.fromisoformat(again) if isinstance(again, str) else None)


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, [], "")}


def _line(text: Any) -> str:
    """Return a text as a name: its first line, cut where a name would end."""
    first = next((line.strip() for line in str(text or "").splitlines() if line.strip()), "")
    return first if len(first) <= _LONGEST_LINE else first[: _LONGEST_LINE - 1].rstrip() + "…"


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _each(value: Any, known: Mapping[str, str]) -> list[str]:
    return [known[one] for one in _list(value) if one in known]


def _common(answers: Mapping[str, Any]) -> dict[str, Any]:
    area = answers.get("area_served")
    return {
        "languages": [one["language"] for one in _list(answers.get("languages")) if "language" in one],
        "access": _each(answers.get("accessibility"), _ACCESS),
        "accessibility": " ".join(_each(answers.get("accessibility"), _MORE_ACCESS)),
        "areas": [_line(area)] if area else [],
    }


def _micro_provider(answers: Mapping[str, Any]) -> dict[str, Any]:
    kinds = _each(answers.get("provider_kinds"), _SUPPORT)
    return {
        "kind": kinds[0] if kinds else None,
        "workers": answers.get("workers"),
        "paid": _PAID.get(str(answers.get("paid"))),
        "business_model": _BUSINESS.get(str(answers.get("business_model"))),
        "trades_as": _TRADES_AS.get(str(answers.get("legal_form"))),
    }


def _place(place: Any, kind: str) -> dict[str, Any]:
    """Return where it is, in words only: the point in an answer is the middle of a square kilometre."""
    text = _line(place.get("text")) if isinstance(place, dict) else ""
    if not text:
        return {}
    return {"address": {"lines": text}} if kind == "place" else {"description": text}


def _activity(entry: Mapping[str, Any]) -> dict[str, Any]:
    name, whole = _line(entry.get("text")), str(entry.get("text") or "").strip()
    described = [whole if whole != name else "", str(entry.get("for_whom") or "")]
    cost = [_CHARGE.get(str(entry.get("cost")), ""), str(entry.get("cost_note") or "")]
    return _said(
        {
            "name": name,
            "description": "\n".join(one for one in described if one)[:_LONGEST_TEXT],
            "category": entry.get("category"),
            "concepts": entry.get("concepts"),
            "opening": entry.get("availability"),
            "cost": " ".join(one for one in cost if one)[:_LONGEST_TEXT],
        }
    )
