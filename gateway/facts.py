"""Where the subject of a fact is fetched: the first word of its type tells the collection.

`need.changed` is about something in `/v1/needs`. A fact may also tell that something else reads differently now: its
ids name that, to whom they are shown. Facts about what stands below something else, or can be fetched nowhere, have no
collection: they name above whose ids it is read.
"""

from collections.abc import Container, Mapping
from typing import Any, NamedTuple


class Told(NamedTuple):
    """`collection`: where the subject is fetched. `also`: which members of `ids` are fetched where."""

    collection: str | None = None
    also: Mapping[str, tuple[str, ...]] = {}


_BELOW_A_MATCH = Told(also={"/v1/matches": ("match",)})
_BELOW_A_ROUND_TABLE = Told(also={"/v1/round-tables": ("round_table",)})
_BELOW_A_COUNCIL = Told(also={"/v1/councils": ("council",)})
_BELOW_A_ROTA = Told(also={"/v1/rotas": ("rota",)})
_BELOW_AN_ASSESSMENT = Told(also={"/v1/assessments": ("assessment",)})
_OF_A_PARTICIPANT = Told(also={"/v1/participants": ("participant",)})

FACTS: Mapping[str, Told] = {
    # directory
    "participant": Told("/v1/participants", {"/v1/participants": ("into",)}),
    "consent": Told("/v1/participants"),
    "check": _OF_A_PARTICIPANT,
    "relation": _OF_A_PARTICIPANT,
    "notice": Told("/v1/notices"),
    "assignment": Told("/v1/assignments", {"/v1/participants": ("participant",)}),
    "override": Told("/v1/overrides", {"/v1/participants": ("participant",)}),
    "rights-request": Told("/v1/rights-requests", {"/v1/participants": ("participant",)}),
    "import": Told("/v1/imports"),
    "feed": Told("/v1/feeds"),
    "asset": Told(),
    "asset_proposal": Told("/v1/asset-proposals"),
    "freshness_policy": Told(),
    "term": Told("/v1/terms"),
    "area": Told("/v1/areas"),
    "organisation": Told("/v1/organisations"),
    "group": Told("/v1/groups"),
    "micro_provider": Told("/v1/micro-providers"),
    "place": Told("/v1/places"),
    "service": Told("/v1/services"),
    "activity": Told("/v1/activities"),
    "person": Told("/v1/people"),
    # assessments
    "instrument": Told("/v1/instruments"),
    "assessment": Told("/v1/assessments"),
    "capability": _BELOW_AN_ASSESSMENT,
    "stated_need": _BELOW_AN_ASSESSMENT,
    "outcome": _BELOW_AN_ASSESSMENT,
    "publication": Told("/v1/publications"),
    "round_table": Told("/v1/round-tables"),
    "table": _BELOW_A_ROUND_TABLE,
    "invitation": _BELOW_A_ROUND_TABLE,
    "attendance": _BELOW_A_ROUND_TABLE,
    "card": _BELOW_A_ROUND_TABLE,
    "card_group": _BELOW_A_ROUND_TABLE,
    "survey": Told("/v1/surveys"),
    "asset_answer": Told(also={"/v1/surveys": ("survey",)}),
    "report_policy": Told(),
    # matching
    "need": Told("/v1/needs"),
    "offer": Told("/v1/offers"),
    "match": Told("/v1/matches", {"/v1/needs": ("need",), "/v1/offers": ("offer",)}),
    "message": _BELOW_A_MATCH,
    "hours": _BELOW_A_MATCH,
    "feedback": Told("/v1/matches"),
    "plan": Told(),
    "matching_policy": Told(),
    # timebank
    "account": Told("/v1/accounts"),
    "transfer": Told("/v1/transfers", {"/v1/accounts": ("from", "to")}),
    "hold": Told(also={"/v1/accounts": ("account",)}),
    "timebank_policy": Told(),
    # community
    "council": Told("/v1/councils"),
    "candidate": _BELOW_A_COUNCIL,
    "election": _BELOW_A_COUNCIL,
    "ballot": _BELOW_A_COUNCIL,
    "member": _BELOW_A_COUNCIL,
    "project": Told("/v1/projects"),
    "action_plan": Told("/v1/action-plans"),
    "action": Told(also={"/v1/action-plans": ("plan",)}),
    "rota": Told("/v1/rotas"),
    "volunteer": _BELOW_A_ROTA,
    "turn": _BELOW_A_ROTA,
    "swap": _BELOW_A_ROTA,
    "lab": Told("/v1/co-production-labs"),
    # the desk, connections
    "tenant": Told("/v1/tenants"),
    "client": Told("/v1/clients"),
    "staff": Told("/v1/staff"),
    "identity_provider": Told("/v1/identity-providers"),
    "webhook": Told("/v1/webhooks"),
    "connection": Told("/v1/connections"),
}


def document(by_ids: Container[str]) -> dict[str, Any]:
    """Return all of it as it stands in the OpenAPI document; `by_ids` are the collections that take `ids`."""
    return {
        word: {
            "collection": told.collection,
            "by_ids": told.collection in by_ids,
            "also": {where: list(names) for where, names in told.also.items()},
        }
        for word, told in FACTS.items()
    }
