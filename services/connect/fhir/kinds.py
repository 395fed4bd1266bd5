"""How each resource is found in `/v1`: one, a page of its rows, and what a row becomes."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.connect.fhir.asked import Asked, external_of, id_of, moment_of
from services.connect.fhir.outcomes import Wrong, not_found
from services.connect.fhir.shapes import needs, people, places
from services.connect.fhir.shapes.parts import Row
from services.connect.fhir.shapes.questionnaires import canonical, questionnaire
from services.connect.fhir.shapes.responses import questionnaire_response
from services.connect.fhir.wanted import Wanted
from services.connect.public import Refused
from services.kernel.fields import preferred

PAGE = 100
Resource = dict[str, Any]
_MOST_ANSWERS = 2_000
_MOST_PAGES = 50


@dataclass(slots=True)
class Rows:
    """A page of rows; `following` is the cursor of the next one."""

    items: list[Row]
    following: str | None


@dataclass(frozen=True)
class Kind:
    """One resource type. `collection` is its path in `/v1`; `filters` are those of its parameters that `/v1` knows."""

    name: str
    collection: str
    params: Mapping[str, str] = field(default_factory=dict)
    named: bool = True
    dated: bool = True
    of_person: bool = False
    at_once: int = 8

    async def read(self, asked: Asked, identity: str) -> Resource:
        """Return one. Raises Wrong (404) alike for what is unknown and what is somebody else's."""
        if id_of(identity) is None:
            raise not_found()
        found = await self.show(asked, await asked.public.read(f"/v1/{self.collection}/{identity}"))
        if not found:
            raise not_found()
        return found[0]

    async def page(self, asked: Asked, wanted: Wanted, cursor: str | None) -> Rows:
        """Return a page of rows, narrowed as far as `/v1` can."""
        query: dict[str, Any] = {"limit": PAGE, "cursor": cursor, **self._narrowed(wanted)}
        found = await asked.public.read(f"/v1/{self.collection}", **query)
        return Rows(found["items"], found["next"])

    def _narrowed(self, wanted: Wanted) -> dict[str, Any]:
        query: dict[str, Any] = {}
        if self.dated and wanted.since is not None:
            query["updated_after"] = wanted.since.isoformat()
        if self.named and wanted.name is not None and wanted.name.system and wanted.name.value:
            query |= {"system": external_of(wanted.name.system)[:200], "value": wanted.name.value[:200]}
        if self.of_person and wanted.person is not None:
            query["participant_id"] = wanted.person
        return query

    def keeps(self, row: Row, wanted: Wanted) -> bool:  # noqa: ARG002  some kinds look
        """Say whether a row can become what is wanted: spares the way for those that cannot."""
        return True

    async def show(self, asked: Asked, row: Row) -> list[Resource]:  # noqa: ARG002  some kinds ask
        """Return what a row becomes: mostly one resource."""
        return [_PLAIN[self.name](row)]

    async def show_all(self, asked: Asked, rows: Sequence[Row]) -> list[list[Resource]]:
        """Return what each of some rows becomes."""
        return await asyncio.gather(*(self.show(asked, row) for row in rows))


_PLAIN = {
    "Patient": people.patient,
    "HealthcareService": places.healthcare_service,
    "Organization": places.organization,
    "Location": places.location,
    "ServiceRequest": needs.service_request,
}


class Needs(Kind):
    """Needs of people. Those of organisations have nobody whom a care system could mean, and are left out."""

    def keeps(self, row: Row, wanted: Wanted) -> bool:  # noqa: ARG002
        return row["participant_id"] is not None

    async def show(self, asked: Asked, row: Row) -> list[Resource]:  # noqa: ARG002
        return [needs.service_request(row)] if row["participant_id"] else []


class Tasks(Needs):
    """What became of needs. A Task has the id of its ServiceRequest; it changes with the matches as well."""

    async def page(self, asked: Asked, wanted: Wanted, cursor: str | None) -> Rows:
        """Return a page of needs; where only changes are wanted, also those of which a match has changed."""
        if wanted.since is None:
            return await super().page(asked, wanted, cursor)
        after = wanted.since.isoformat()
        changed = {row["id"] async for row in _each(asked, "needs", updated_after=after)}
        changed |= {row["need_id"] async for row in _each(asked, "matches", updated_after=after)}
        left = sorted(one for one in changed if cursor is None or one > cursor)
        if not left:
            return Rows([], None)
        found = await asked.public.read("/v1/needs", ids=",".join(left[:PAGE]), limit=PAGE)
        return Rows(found["items"], left[PAGE - 1] if len(left) > PAGE else None)

    async def show(self, asked: Asked, row: Row) -> list[Resource]:
        (found,) = await self.show_all(asked, [row])
        return found

    async def show_all(self, asked: Asked, rows: Sequence[Row]) -> list[list[Resource]]:
        """Ask for the matches of all the needs at once, and tell what became of each."""
        of_need: dict[str, list[Row]] = {row["id"]: [] for row in rows if row["participant_id"] is not None}
        if of_need:
            async for match in _each(asked, "matches", listing_ids=",".join(of_need)):
                of_need[match["need_id"]].append(match)
        return [[needs.task(row, of_need[row["id"]])] if row["id"] in of_need else [] for row in rows]


async def _each(asked: Asked, collection: str, **query: str) -> AsyncIterator[Row]:
    cursor = None
    for _ in range(_MOST_PAGES):
        page = await asked.public.read(f"/v1/{collection}", limit=200, cursor=cursor, **query)
        for row in page["items"]:
            yield row
        cursor = page["next"]
        if cursor is None:
            return
    raise Wrong(400, "More has changed since than is looked through at once; ask without _lastUpdated.",
                code="too-costly")  # fmt: skip


class Instruments(Kind):
    """Instruments: each with its words in every language."""

    def keeps(self, row: Row, wanted: Wanted) -> bool:
        dated = wanted.since is None or row["updated_at"] is not None
        asked = [one.partition("|")[0] for test in wanted.tests if test.param == "url" for one in test.values]
        return dated and (not asked or canonical(row) in asked)

    async def show(self, asked: Asked, row: Row) -> list[Resource]:
        address = f"/v1/instruments/{row['id']}"
        tongue = preferred(asked.languages, [row["default_language"], *row["languages"]])
        whole, definition = await asyncio.gather(
            asked.public.read(address, language=tongue), asked.public.read(f"{address}/definition")
        )
        return [questionnaire(whole, definition["translations"] or {})]


class Assessments(Kind):
    """Assessments with their answers, as far as the person still lets the caller read them."""

    def keeps(self, row: Row, wanted: Wanted) -> bool:
        # Answers change without their assessment, but only until it is completed.
        changing = row["state"] in ("draft", "in_progress")
        return wanted.since is None or changing or moment_of(row["updated_at"]) > wanted.since

    async def show(self, asked: Asked, row: Row) -> list[Resource]:
        try:
            instrument = await asked.once(f"/v1/instruments/{row['instrument_id']}", language=row["language"])
            answers = await self._answers(asked, row["id"])
        except Refused as refused:
            if refused.status in (403, 404) and refused.slug != "forbidden":
                return []
            raise
        return [questionnaire_response(row, instrument, answers)]

    async def _answers(self, asked: Asked, assessment: str) -> list[Row]:
        found: list[Row] = []
        cursor = None
        while len(found) < _MOST_ANSWERS:
            page = await asked.public.read(f"/v1/assessments/{assessment}/answers", limit=200, cursor=cursor)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        return found


class Consents(Kind):
    """Grants, which stand below the person who gave them: a row here is a person."""

    async def read(self, asked: Asked, identity: str) -> Resource:
        if len(identity) != 64 or not identity.isalnum():
            raise not_found()
        person, grant = (_dashed(part) for part in (identity[:32], identity[32:]))
        if id_of(person) is None or id_of(grant) is None:
            raise not_found()
        found = people.consent(await asked.public.read(f"/v1/participants/{person}/consents/{grant}"))
        if found["id"] != identity:
            raise not_found()
        return found

    async def page(self, asked: Asked, wanted: Wanted, cursor: str | None) -> Rows:
        if wanted.person is not None:
            return Rows([{"id": wanted.person}], None)
        return await super().page(asked, wanted, cursor)

    async def show(self, asked: Asked, row: Row) -> list[Resource]:
        try:
            found = await asked.public.read(f"/v1/participants/{row['id']}/consents")
        except Refused as refused:
            if refused.status == 404:
                return []
            raise
        return [people.consent(grant) for grant in found["items"]]


def _dashed(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


_OF_A_PERSON = {"patient": "reference", "subject": "reference", "status": "code"}
_OF_A_FORM = {"url": "uri", "version": "code", "status": "code", "title": "text"}
_OF_A_PLACE = {"name": "text", "organization": "reference"}
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Instruments("Questionnaire", "instruments", _OF_A_FORM,
                    named=False, dated=False),
        Assessments("QuestionnaireResponse", "assessments", {**_OF_A_PERSON, "questionnaire": "uri"}, of_person=True,
                    dated=False),
        Needs("ServiceRequest", "needs", _OF_A_PERSON, of_person=True, at_once=PAGE),
        Tasks("Task", "needs", {**_OF_A_PERSON, "focus": "reference", "based-on": "reference"}, of_person=True,
              dated=False, at_once=PAGE),
        Consents("Consent", "participants", {"patient": "reference", "status": "code"}, named=False, dated=False),
        Kind("HealthcareService", "services", {**_OF_A_PLACE, "active": "code"}),
        Kind("Patient", "participants", {}),
        Kind("Organization", "organisations", {"name": "text"}),
        Kind("Location", "places", {**_OF_A_PLACE, "status": "code"}),
    )
}  # fmt: skip
