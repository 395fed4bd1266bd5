"""One run as those see it who do its work: both sides, the mapping, what is known of each thing, and the report.

Nothing here holds a transaction while somebody else is asked. What was done is kept thing by thing, each in a short
transaction of its own; a run that is killed leaves at most one thing done and not yet known, which the next one finds.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.connect.civicrm import domain
from services.connect.civicrm.api import Civi
from services.connect.civicrm.cando import Cando
from services.connect.civicrm.mapping import CiviMapping
from services.connect.connections import repository
from services.connect.connections.domain import CLAIM_LIVES, Outcome
from services.connect.models import Connection, ConnectionLink, ConnectionRunLine
from services.kernel.context import Kernel
from services.kernel.ids import new_id
from services.kernel.problems import Conflict
from services.kernel.work import as_service

MOST_LINES = 20_000
MOST_AGAIN = 200
_ENTITIES = {"match.need": "match", "match.offer": "match"}
_KEPT_AT_ONCE = 100


class Superseded(Exception):
    """Another worker has taken this run over, or it was cancelled: this one stops where it is."""


@dataclass(slots=True)
class Run:
    """What the parts of a run share. `progress` is how far each has come; of a dry run none of it is kept."""

    kernel: Kernel
    tenant: UUID
    id: UUID
    claim: UUID
    connection_id: UUID
    organisation: UUID
    system: str
    mapping: CiviMapping
    civi: Civi
    cando: Cando
    hash_key: str = field(repr=False)
    dry: bool
    thorough: bool
    sweeps: bool
    progress: dict[str, Any]
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    written: int = 0
    _lines: list[ConnectionRunLine] = field(default_factory=list)
    _imagined: dict[tuple[str, str], ConnectionLink] = field(default_factory=dict)

    def digest(self, **facts: Any) -> str:
        """Return the keyed hash of some facts."""
        return domain.digest(self.hash_key, facts)

    def link(
        self, entity: str, their_id: int, resource_id: UUID, *, participant: UUID | None, origin: str
    ) -> ConnectionLink:
        """Return a new link that is not kept yet."""
        now = self.kernel.clock()
        return ConnectionLink(
            id=new_id(now), connection_id=self.connection_id, entity=entity, their_id=str(their_id),
            resource_id=resource_id, participant_id=participant, origin=origin, at=now,
        )  # fmt: skip

    @property
    def follows_activities(self) -> bool:
        """Say whether activities were read before: those of whoever joins later are looked for by her."""
        return bool({"activities_since", "activities_until"} & self.progress.keys())

    def later(self, kind: str, resource_id: UUID) -> None:
        """Note what could not be done now for a reason that may pass: the next run tries again."""
        again = [one for one in self.progress.get("again", []) if one != [kind, str(resource_id)]]
        self.progress = {**self.progress, "again": [*again, [kind, str(resource_id)]][-MOST_AGAIN:]}

    def take_up_again(self) -> list[list[str]]:
        """Return what is to be tried again, to whoever tries it."""
        again: list[list[str]] = self.progress.get("again", [])
        self.progress = {**self.progress, "again": []}
        return again

    async def links(self, entity: str, ids: Collection[int]) -> dict[int, ConnectionLink]:
        """Return what is known of things of theirs, by their id."""
        async with as_service(self.kernel, self.tenant) as work:
            names = [str(one) for one in ids]
            found = await repository.by_their_ids(work, self.connection_id, entity, names)
        known = {int(one.their_id): one for one in found}
        known |= {one: self._imagined[entity, str(one)] for one in ids if (entity, str(one)) in self._imagined}
        return known

    async def ours(self, entity: str, resource_id: UUID) -> ConnectionLink | None:
        """Return what is known of a thing of ours."""
        async with as_service(self.kernel, self.tenant) as work:
            return await repository.by_our_id(work, self.connection_id, entity, resource_id)

    async def of_participant(self, participant_id: UUID) -> list[ConnectionLink]:
        """Return everything that is known about a participant."""
        async with as_service(self.kernel, self.tenant) as work:
            return list(await repository.of_participant(work, self.connection_id, participant_id))

    async def erased(self) -> list[ConnectionLink]:
        """Return some of what is known about people who were erased here and has not been emptied there."""
        async with as_service(self.kernel, self.tenant) as work:
            return list(await repository.erased(work, self.connection_id, limit=100))

    async def keep(self, link: ConnectionLink) -> None:
        """Keep what is now known of a thing, with the lines about it."""
        if self.dry:
            self._imagined[link.entity, link.their_id] = link
            return
        link.at = self.kernel.clock()
        try:
            await self._write(link)
        except Conflict:  # either end is another thing's already: the first one stays
            self.note(_ENTITIES.get(link.entity, link.entity), "in", "conflict", "linked-otherwise", link=link)

    def note(
        self,
        entity: str,
        direction: domain.Direction,
        outcome: Outcome,
        reason: str | None = None,
        *,
        link: ConnectionLink | None = None,
        their_id: int | None = None,
        resource_id: UUID | None = None,
        participant: UUID | None = None,
        again: bool = False,
    ) -> None:
        """Count what was done with a thing, and note it on a line if anything was.

        What every run says `again` stands on a line only in a dry or a thorough one.
        """
        self.counts.setdefault(f"{entity} {direction}", Counter())[outcome] += 1
        told = outcome == "unchanged" or (again and not (self.dry or self.thorough))
        if told or self.written + len(self._lines) >= MOST_LINES:
            return
        now = self.kernel.clock()
        theirs = link.their_id if link is not None else None if their_id is None else str(their_id)
        self._lines.append(ConnectionRunLine(
            id=new_id(now), run_id=self.id, entity=entity, direction=direction, outcome=outcome, reason=reason, at=now,
            their_id=theirs, resource_id=link.resource_id if link is not None else resource_id,
            participant_id=link.participant_id if link is not None else participant,
        ))  # fmt: skip

    async def move(self, **progress: Any) -> None:
        """Note how far the run has come."""
        self.progress = {**self.progress, **progress}
        await self._write()

    async def breathe(self) -> None:
        """Write what waits to be written, and tell that somebody is at it still."""
        if len(self._lines) >= _KEPT_AT_ONCE:
            await self._write()

    def take_lines(self) -> list[ConnectionRunLine]:
        """Return the lines that have not been written yet, to whoever writes them."""
        lines, self._lines = self._lines, []
        return lines

    async def _write(self, link: ConnectionLink | None = None) -> None:
        async with as_service(self.kernel, self.tenant) as work:
            if not await repository.claimed(work, self.id, claim=self.claim, until=work.now + CLAIM_LIVES):
                raise Superseded
            if link is not None:
                await repository.keep(work, link)
            for line in self._lines:
                work.session.add(line)
            run = await repository.run(work, self.id)
            if run is not None:
                run.counts = {name: dict(counter) for name, counter in self.counts.items()}
                run.updated_at = work.now
            connection = await repository.by_id(work, self.connection_id, lock=True)
            if connection is None:
                raise Superseded
            if not self.dry and connection.progress != self.progress:
                connection.progress = self.progress
        self.written += len(self._lines)
        self._lines = []


def system_of(connection: Connection) -> str:
    """Return the name under which external ids of this connection are kept."""
    return f"{connection.kind}:{connection.name}"
