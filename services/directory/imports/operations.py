"""Importing: queued with its files, worked through in batches, idempotent, and reported line by line.

Each entry is checked like any other request body: a field that cannot be used is dropped and reported, an entry
without what it needs is refused and reported, the rest goes in. Running the same import again changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.directory import events
from services.directory.assets import operations as assets
from services.directory.assets.schemas import OrganisationCreate, PlaceCreate, ServiceCreate
from services.directory.imports import hsds_csv, open_referral, repository
from services.directory.imports.domain import Entry, File, Flaw, Kind, Reading
from services.directory.models import Import, Organisation, Place, Service
from services.kernel import external_ids
from services.kernel.context import Kernel
from services.kernel.fields import ExternalId
from services.kernel.problems import NotFound, Problem, field_errors
from services.kernel.work import Work, as_service

TASK = "run_import"
BATCH = 200
_READERS: Mapping[str, Callable[[Sequence[File]], Reading]] = {
    "hsds-csv": hsds_csv.read,
    "open-referral": open_referral.read,
}
_KINDS: Mapping[Kind, tuple[type[Any], type[BaseModel]]] = {
    "organisation": (Organisation, OrganisationCreate),
    "place": (Place, PlaceCreate),
    "service": (Service, ServiceCreate),
}
_NEEDED = {"name", "organisation_id"}


async def queue(work: Work, *, format: str, source: str, files: list[dict[str, str]]) -> Import:
    """Queue an import; a background task starts it once this is committed."""
    made = Import(
        id=work.new_id(), created_at=work.now, updated_at=work.now, format=format, source=source,
        files=[{**file, "content": file["content"].replace("\x00", "\ufffd")} for file in files],
        held_by=work.organisation,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.defer(TASK, import_id=str(made.id))
    return made


async def find(work: Work, import_id: UUID) -> Import:
    """Return an import. Raises NotFound."""
    found = await repository.find(work, import_id)
    if found is None:
        raise NotFound
    return found


async def run(kernel: Kernel, *, tenant: str, import_id: str) -> None:
    """Work through an import in batches, each its own transaction, so that the event feed is not held up."""
    this = UUID(import_id)
    async with as_service(kernel, UUID(tenant)) as work:
        job = await repository.find(work, this, lock=True)
        if job is None or job.state == "finished":
            return
        job.state, job.updated_at, job.version = "running", work.now, job.version + 1
        await repository.forget_lines(work, this)
    reading = _READERS[job.format]([File(**file) for file in job.files or []])
    unreadable = sum(flaw.outcome == "refused" for flaw in reading.flaws)
    entries, counts = (
        list(reading.in_order()),
        Counter({"read": len(reading.entries) + unreadable, "refused": unreadable}),
    )
    flaws = list(reading.flaws)
    for start in range(0, len(entries), BATCH):
        async with as_service(kernel, UUID(tenant), organisation=job.held_by) as work:
            for entry in entries[start : start + BATCH]:
                counts[await _take(work, job.source, entry, flaws)] += 1
            await _progress(work, this, counts, flaws)
            flaws.clear()
    async with as_service(kernel, UUID(tenant)) as work:
        await _progress(work, this, counts, flaws)
        await _finish(work, this)


async def _progress(work: Work, import_id: UUID, counts: Counter[str], flaws: Sequence[Flaw]) -> None:
    job = await repository.find(work, import_id, lock=True)
    assert job is not None
    await repository.add_lines(work, import_id, flaws)
    job.counts = {name: count for name, count in counts.items() if count}
    job.updated_at, job.version = work.now, job.version + 1


async def _finish(work: Work, import_id: UUID) -> None:
    job = await repository.find(work, import_id)
    assert job is not None
    job.state, job.finished_at, job.files = "finished", work.now, None
    await work.record(events.IMPORT_FINISHED, import_id)


async def _take(work: Work, source: str, entry: Entry, flaws: list[Flaw]) -> str:
    """Add or change one entry; return what became of it. A refused one leaves no trace but its flaw."""
    kind, schema = _KINDS[entry.kind]
    try:
        async with work.session.begin_nested():
            facts = {**entry.facts, **await _references(work, source, entry, flaws)}
            body = _checked(schema, facts, entry, flaws)
            if body is None:
                return "refused"
            named = ExternalId(system=source, value=entry.name)
            otherwise = _facts(body, said=False)
            _, outcome = await assets.upsert(work, kind, named, source=source, otherwise=otherwise, **_facts(body))
            return outcome
    except (Problem, ValidationError) as problem:
        reason = problem.detail if isinstance(problem, Problem) else "has an id that cannot be used"
        flaws.append(Flaw(entry.file, entry.line, "refused", reason or "cannot be used"))
        return "refused"


async def _references(work: Work, source: str, entry: Entry, flaws: list[Flaw]) -> dict[str, Any]:
    """Turn the source's names of what an entry belongs to into our ids."""
    found: dict[str, Any] = {}
    if entry.organisation:
        owner = await external_ids.find(work, "organisations", ExternalId(system=source, value=entry.organisation))
        if owner is not None:
            found["organisation_id"] = owner
        else:
            flaws.append(
                Flaw(entry.file, entry.line, "field_dropped", "names an unknown organisation", "organization_id")
            )
    places = [await external_ids.find(work, "places", ExternalId(system=source, value=one)) for one in entry.places]
    if places:
        found["place_ids"] = [one for one in places if one is not None]
        if None in places:
            flaws.append(Flaw(entry.file, entry.line, "field_dropped", "names an unknown place", "location_id"))
    return found


def _checked(schema: type[BaseModel], facts: Mapping[str, Any], entry: Entry, flaws: list[Flaw]) -> BaseModel | None:
    """Return the entry as a request body, without the fields that cannot be used; None if it needs one of them."""
    try:
        return schema.model_validate(facts)
    except ValidationError as error:
        found = field_errors(error.errors(), source="line")
        wrong = {one.path.split("/")[1] if one.path else "latitude": one.message for one in found}
    needed = wrong.keys() & _NEEDED
    for name, reason in wrong.items():
        flaws.append(Flaw(entry.file, entry.line, "refused" if needed else "field_dropped", str(reason), name))
    if needed:
        return None
    dropped = set(wrong) | ({"latitude", "longitude"} if wrong.keys() & {"latitude", "longitude"} else set())
    kept = {name: value for name, value in facts.items() if name not in dropped}
    return schema.model_validate(kept) if len(kept) < len(facts) else None


def _facts(body: BaseModel, *, said: bool = True) -> dict[str, Any]:
    """Return what the source said, and only that (what it left out is not erased here), or else all fields."""
    plain = body.model_dump(exclude_unset=said)
    kept = body.model_dump(mode="json", exclude_unset=said, exclude_none=True)
    return plain | {name: kept[name] for name in ("opening", "address", "place_ids") if name in kept}
