"""Which field of a record came from which system, and when: what two writers of one record are judged by.

A record that another system pushes has an owner: the system it came from, or `here`. Each field of it follows a rule:

    owner      the system that the record came from decides; whoever else writes it is overruled by that system's push
    newest     whoever changed it last, by the clock of each, decides
    here       its system's word counts until somebody here has changed it; from then on it is changed here alone
    narrower   like `here`, but its system may still narrow what was decided here, and never widen it

`Origins` keeps what is needed for that: one row a record, and in it only those fields that differ from the record as
a whole. `Heard` keeps, for each name that another system has ever used, the time of the newest word about it, also
after the record is gone: an older word does not bring it back. The name itself is kept as a hash alone, so that the
mark can outlive the person it was about. Neither holds anything that somebody wrote.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Table, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.kernel import tables
from services.kernel.paging import when
from services.kernel.records import Owned, document, moment
from services.kernel.work import Work

HERE = "here"
Rule = Literal["owner", "newest", "here", "narrower"]


class Origins(Owned):
    """Where the record that carries the same id came from; `fields` are those that came from elsewhere or later."""

    collection: str
    system: str
    since: datetime = moment()
    fields: dict[str, dict[str, str]] = document(default_factory=dict)


class Heard(Owned):
    """The newest word of another system about one of its things; its name there is the id, hashed."""

    collection: str
    system: str
    said_at: datetime = moment()
    resource_id: UUID | None = None
    gone: bool = False


class From(NamedTuple):
    """Who last set a field, and when by their clock."""

    system: str
    at: datetime


@dataclass(slots=True)
class Record:
    """Where a record and each of its fields came from."""

    system: str
    since: datetime
    fields: dict[str, From] = field(default_factory=dict)

    def of(self, name: str) -> From:
        """Return where one field came from."""
        return self.fields.get(name, From(self.system, self.since))

    def bars(self, rule: Rule, name: str, said: From, *, narrows: bool = False) -> bool:
        """Say whether the rule of the field `name` keeps it as it is, whatever `said` brings."""
        last = self.of(name)
        if rule == "newest":
            return said.at < last.at
        if rule == "narrower" and narrows:
            return False
        return said.system != self.system or (rule != "owner" and last.system == HERE)

    def note(self, names: Iterable[str], said: From) -> None:
        """Note that these fields are from now on as `said` has them."""
        self.fields |= dict.fromkeys(names, said)


def born(names: Sequence[Mapping[str, str]], updated_at: datetime) -> Record:
    """Return what is assumed of a record that nothing was kept about: it came from the one system that names it."""
    systems = {one["system"] for one in names}
    return Record(systems.pop() if len(systems) == 1 else HERE, updated_at)


def key_of(tenant: UUID, collection: str, system: str, value: str) -> UUID:
    """Return the hash under which the newest word about a name is kept."""
    whole = "\x1f".join((str(tenant), collection, system, value))
    return UUID(bytes=hashlib.sha256(whole.encode()).digest()[:16])


@dataclass(frozen=True, slots=True)
class Copies:
    """A service's two tables, and every query on them."""

    origins: type[Origins]
    heard: type[Heard]

    async def last_words(self, work: Work, keys: Collection[UUID]) -> dict[UUID, Any]:
        """Return the newest word about each of these names, by the hash of the name."""
        t = _table(self.heard)
        return {row.id: row for row in await work.session.execute(select(t).where(t.c.id.in_(keys)))}

    async def records(self, work: Work, ids: Collection[UUID]) -> dict[UUID, Record]:
        """Return where these records came from, as far as it is kept."""
        t = _table(self.origins)
        rows = await work.session.execute(select(t).where(t.c.id.in_(ids)))
        return {row.id: Record(row.system, row.since, _read(row.fields)) for row in rows}

    async def keep_words(self, work: Work, words: Sequence[Mapping[str, Any]]) -> None:
        """Keep the newest word about each name: rows with all columns of `Heard` but the tenant."""
        await _put(work, _table(self.heard), words)

    async def keep_records(self, work: Work, collection: str, records: Mapping[UUID, Record]) -> None:
        """Keep where these records came from."""
        rows = [
            {"id": one, "collection": collection, "system": it.system, "since": it.since, "fields": _written(it.fields)}
            for one, it in records.items()
        ]
        await _put(work, _table(self.origins), rows)

    async def changed(self, work: Work, collection: str, row: Any, names: Collection[str], by: From) -> None:
        """Note who is about to change fields of a record that other systems name. Others need no note.

        A record that was made here and is given its first name by `external_ids` goes on being ours.
        """
        fields = set(names) - {"external_ids"}
        linked = "external_ids" in names and not row.external_ids
        if not linked and not (row.external_ids and fields):
            return
        known = (await self.records(work, [row.id])).get(row.id)
        record = known or (Record(HERE, row.created_at) if linked else born(row.external_ids, row.created_at))
        record.note(fields, by)
        await self.keep_records(work, collection, {row.id: record})

    async def pushed(self, work: Work, collection: str, row: Any, name: Mapping[str, str], *, new: bool) -> None:
        """Note that a record was put by its name as of now: an older word about it does not count any more."""
        if new:
            await self.keep_records(work, collection, {row.id: Record(name["system"], work.now)})
        await self.keep_words(work, [self.word(work, collection, name, said_at=work.now, resource=row.id)])

    def word(
        self, work: Work, collection: str, name: Mapping[str, str], *, said_at: datetime, resource: UUID | None
    ) -> dict[str, Any]:
        """Return the row of a word about a name; without a resource it says that what it named is gone."""
        return {
            "id": key_of(work.tenant, collection, name["system"], name["value"]), "collection": collection,
            "system": name["system"], "said_at": said_at, "resource_id": resource, "gone": resource is None,
        }  # fmt: skip

    async def bury(self, work: Work, resources: Collection[UUID]) -> None:
        """Note that records are gone as of now, before their names are released: no older word brings them back."""
        if not resources:
            return
        t = tables.external_ids
        named = (await work.session.execute(select(t).where(t.c.resource_id.in_(resources)))).mappings()
        words = [self.word(work, row["collection"], row, said_at=work.now, resource=None) for row in named]  # type: ignore[arg-type]
        await self.keep_words(work, words)
        heard, origins = _table(self.heard), _table(self.origins)
        rest = heard.update().where(heard.c.resource_id.in_(resources))
        latest = func.greatest(heard.c.said_at, work.now)
        await work.session.execute(rest.values(resource_id=None, gone=True, said_at=latest))
        await work.session.execute(delete(origins).where(origins.c.id.in_(resources)))

    def over(self, before: datetime) -> Any:
        """Return the condition that a mark of something gone is older than `before`: for retention."""
        return col(self.heard.gone) & (col(self.heard.said_at) < before)


def _table(of: type[Any]) -> Table:
    found: Table = of.__table__
    return found


async def _put(work: Work, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    latest = {row["id"]: dict(row) for row in rows}
    statement = upsert(table)
    names = [name for name in rows[0] if name != "id"]
    setting = {name: statement.excluded[name] for name in names}
    made = statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=setting)
    await work.session.execute(made, [latest[one] for one in sorted(latest)])


def _written(fields: Mapping[str, From]) -> dict[str, dict[str, str]]:
    return {name: {"system": one.system, "at": one.at.isoformat()} for name, one in fields.items()}


def _read(fields: Mapping[str, Mapping[str, str]]) -> dict[str, From]:
    return {name: From(one["system"], when(one["at"])) for name, one in fields.items()}
