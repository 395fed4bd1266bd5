"""Founding a quarter to play in: the tenant under the next free slug, its organisations, and an app for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from deploy.demo import lindenau, neighbourhood
from deploy.demo.client import Api, App, CannotPlay, Instance, Refused
from deploy.demo.neighbourhood import Neighbour
from services.kernel.caller import SCOPES

EVERYTHING: Sequence[str] = sorted(set(SCOPES) - {"tenants:write"})
_MOST_TENANTS = 1000


@dataclass(slots=True)
class Quarter:
    """One tenant of the demo: the ids of its organisations and an app of each, by the organisation's name."""

    instance: Instance
    id: str
    slug: str
    organisations: dict[str, str]
    apps: dict[str, App] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    """Participants' ids, by what they are called."""

    def api(self, organisation: str) -> Api:
        """Return the API as that organisation's app sees it."""
        return self.apps[organisation].token()


def found_hazelbrook(instance: Instance) -> Quarter:
    """Found the English quarter: the council, a time bank, a charity."""
    kinds = {neighbourhood.COUNCIL: "council", neighbourhood.TIME_BANK: "time_bank",
             neighbourhood.GOOD_NEIGHBOURS: "charity"}  # fmt: skip
    return found(
        instance, slug="hazelbrook", name="Hazelbrook", language="en", zone=neighbourhood.LONDON, organisations=kinds
    )


def found_lindenau(instance: Instance) -> Quarter:
    """Found the German quarter: the city and an international café."""
    kinds = {lindenau.CITY: "council", lindenau.CAFE: "community_group"}
    return found(instance, slug="lindenau", name="Lindenau", language="de", zone=lindenau.BERLIN, organisations=kinds)


def found(
    instance: Instance, *, slug: str, name: str, language: str, zone: str, organisations: Mapping[str, str]
) -> Quarter:
    """Found a quarter with `organisations` (their kinds by their names; the first one founds it)."""
    founder, *others = organisations
    body = {"name": name, "default_language": language, "time_zone": zone, "organisation": {"name": founder}}
    tenant = _under_a_free_slug(Api(instance, instance.key), slug, body)
    quarter = Quarter(instance, tenant["id"], tenant["slug"], {founder: tenant["organisation_id"]})
    quarter.apps[founder] = app(quarter, founder)
    council = quarter.api(founder)
    for other in others:
        made = council.post("/v1/organisations", {"name": other, "kind": organisations[other]})
        quarter.organisations[other] = made["id"]
        quarter.apps[other] = app(quarter, other)
    return quarter


def _under_a_free_slug(bootstrap: Api, slug: str, body: Mapping[str, object]) -> dict[str, str]:
    for number in range(1, _MOST_TENANTS):
        wanted = slug if number == 1 else f"{slug}-{number}"
        try:
            made: dict[str, str] = bootstrap.post("/v1/tenants", {**body, "slug": wanted})
            return made
        except Refused as refused:
            if refused.slug != "slug-taken":
                raise
    raise CannotPlay(f"No slug like {slug} is free any more.")


def app(quarter: Quarter, organisation: str, *, scopes: Sequence[str] = EVERYTHING, name: str = "demo app") -> App:
    """Register an app of an organisation that may do what `scopes` say."""
    body = {
        "tenant_id": quarter.id,
        "organisation_id": quarter.organisations[organisation],
        "name": f"{name} of {organisation}",
        "scopes": list(scopes),
    }
    made = Api(quarter.instance, quarter.instance.key).post("/v1/clients", body)
    return App(quarter.instance, made["client_id"], made["client_secret"])


def register(quarter: Quarter, organisation: str, people: Iterable[Neighbour]) -> None:
    """Register people with an organisation, and keep how to reach those who have told."""
    api = quarter.api(organisation)
    for person in people:
        made = api.post("/v1/participants", person.body(quarter.organisations))
        quarter.people[person.called] = made["id"]
        if person.phone:
            contact = {"entries": [{"kind": "phone", "value": person.phone}]}
            api.put(f"/v1/participants/{made['id']}/contact", contact)
