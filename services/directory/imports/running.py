"""An import at work: read, take in, remove what is gone, each in short steps that are committed one by one.

A step locks the import, does a batch, and notes how far it is, all in one transaction. Whoever is killed is followed
by another who goes on after the last step; whoever is overtaken notices and stops. Nothing is taken in before all
was read, and nothing is removed unless it was read to its end and looks right.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from services.directory import events
from services.directory.imports import pulling, repository, scratch, settling, staging, taking, taking_terms
from services.directory.imports.domain import (
    ENDED,
    Addition,
    Entry,
    Flaw,
    Item,
    Link,
    too_many_gone,
)
from services.directory.models import Import
from services.directory.search import index
from services.kernel.context import Kernel
from services.kernel.outbound import Outbound
from services.kernel.work import Work, as_service

BATCH = 500
_READ_AT_ONCE = 1500
_MOST_ATTEMPTS = 5
_STAGES = (
    "read", "take 0", "parents 0", "take 1", "take 2", "taxonomies 4", "terms 5", "terms-below 5", "weigh", "remove 2",
    "remove 1", "remove 0", "finish",
)  # fmt: skip
_PUTTING = {
    "parents": settling.put_parents,
    "taxonomies": taking_terms.put_taxonomies,
    "terms": taking_terms.put_terms,
    "terms-below": taking_terms.put_terms_below,
}


class _Stopped(Exception):
    """The import was cancelled, or somebody else goes on with it."""


@dataclass(slots=True)
class Run:
    """One try at an import: what it works on, and the version it left behind."""

    kernel: Kernel
    tenant: UUID
    id: UUID
    held_by: UUID
    version: int

    @asynccontextmanager
    async def step(self) -> AsyncIterator[tuple[Work, Import]]:
        """Open a transaction with the import locked; it counts as one step forward when it is committed."""
        async with as_service(self.kernel, self.tenant, organisation=self.held_by) as work:
            job = await repository.find(work, self.id, lock=True)
            if job is None or job.state != "running" or job.version != self.version:
                raise _Stopped
            yield work, job
            job.version, job.updated_at = job.version + 1, work.now
        self.version = job.version


async def run(kernel: Kernel, *, tenant: str, import_id: str) -> None:
    """Go on with an import, from wherever it is."""
    this, whose = UUID(import_id), UUID(tenant)
    begun = await _begin(kernel, whose, this)
    if begun is not None:
        try:
            while await _go_on(begun):
                pass
        except _Stopped:
            pass
    async with as_service(kernel, whose) as work:
        await index.link_soon(work)
    await _clean(kernel, whose, this)


async def _begin(kernel: Kernel, tenant: UUID, import_id: UUID) -> Run | None:
    async with as_service(kernel, tenant) as work:
        job = await repository.find(work, import_id, lock=True)
        if job is None or job.state not in ("queued", "running"):
            return None
        attempts = job.progress.get("attempts", 0) + 1
        job.state, job.updated_at, job.version = "running", work.now, job.version + 1
        job.started_at = job.started_at or work.now
        job.progress = {"stage": 0, "after": 0, "lines": 0, **job.progress, "attempts": attempts}
        if attempts > _MOST_ATTEMPTS:
            await _fail(work, job)
            return None
        await _unpack_older(work, job)
        return Run(kernel, tenant, import_id, job.held_by, job.version)


async def _fail(work: Work, job: Import) -> None:
    flaw = Flaw("", 0, "refused", "the import failed again and again; what was taken in before stays")
    await repository.add_lines(work, job.id, [flaw], after=job.progress["lines"])
    await _end(work, job, "failed")


async def _unpack_older(work: Work, job: Import) -> None:
    """Move files that stand in the import itself, as they did once, into pieces."""
    if not job.files or "content" not in job.files[0]:
        return
    for number, file in enumerate(job.files):
        await repository.add_chunk(
            work, job.id, file=number, number=0, content=file["content"].encode("utf-8", "replace")
        )
    job.files = [{"name": file["name"], "media": media_of(file["name"], job.format)} for file in job.files]


def media_of(name: str, form: str) -> str:
    """Return the media type of a file by its name."""
    if name.lower().endswith(".zip"):
        return "application/zip"
    return "text/csv" if form == "hsds-csv" else "application/json"


async def _go_on(run: Run) -> bool:
    """Do the stage that the import is in; say whether there is another."""
    async with run.step() as (_, job):
        stage, feed_id = _STAGES[job.progress["stage"]], job.feed_id
    name, _, rank = stage.partition(" ")
    if name == "read":
        await (_read_files(run) if feed_id is None else _read_feed(run))
    elif name == "take" or name in _PUTTING:
        await _take(run, name, int(rank))
    elif name == "remove":
        await _remove(run, int(rank))
    async with run.step() as (work, job):
        if name == "weigh" and not await _may_remove(work, job):
            return await _hold_or_finish(work, job)
        if name == "finish":
            await _end(work, job, "finished" if job.progress.get("whole", True) else "incomplete")
            return False
        if name == "read":
            job.progress = {**job.progress, "staged": await repository.count_entries(work, job.id),
                            "known": await staging.count_known(work, job.source)}  # fmt: skip
        job.progress = {**job.progress, "stage": job.progress["stage"] + 1, "after": 0}
    return True


async def _read_files(run: Run) -> None:
    async with AsyncExitStack() as stack:
        uploads = await _copied(run, stack)
        async with run.step() as (_, job):
            form, done = job.format, job.progress.get("items", 0)
        items = scratch.items(form, uploads)
        await asyncio.to_thread(_skip, items, done)
        while some := await asyncio.to_thread(_some, items):
            async with run.step() as (work, job):
                await keep(work, job, some)
                job.progress = {**job.progress, "items": job.progress.get("items", 0) + len(some),
                                "read_share": _share(uploads)}  # fmt: skip


def _skip(items: Iterator[Item], count: int) -> None:
    for _ in itertools.islice(items, count):
        pass


def _some(items: Iterator[Item]) -> list[Item]:
    return list(itertools.islice(items, _READ_AT_ONCE))


def _share(uploads: Sequence[scratch.Upload]) -> float:
    """Return roughly how much of the files has been read."""
    at = sum(one.content.tell() for one in uploads)
    size = _sizes(uploads)
    return round(min(1.0, at / size), 3) if size else 1.0


def _sizes(uploads: Sequence[scratch.Upload]) -> int:
    sizes = 0
    for one in uploads:
        here = one.content.tell()
        sizes += one.content.seek(0, 2)
        one.content.seek(here)
    return sizes


async def _copied(run: Run, stack: AsyncExitStack) -> list[scratch.Upload]:
    """Copy the files from their pieces to temporary ones."""
    async with as_service(run.kernel, run.tenant) as work:
        job = await repository.find(work, run.id)
        files = list(job.files or []) if job else []
    uploads = []
    for number, file in enumerate(files):
        content: BinaryIO = stack.enter_context(TemporaryFile())  # noqa: SIM115
        for piece in itertools.count():
            async with as_service(run.kernel, run.tenant) as work:
                found = await repository.chunk(work, run.id, file=number, number=piece)
            if found is None:
                break
            await asyncio.to_thread(content.write, found)
        content.seek(0)
        uploads.append(scratch.Upload(file["name"], file["media"], content))
    return uploads


async def keep(work: Work, job: Import, items: Sequence[Item]) -> int:
    """Stage what was read; return how many entries repeat an id of an earlier batch."""
    entries = [one for one in items if isinstance(one, Entry)]
    flaws = [one for one in items if isinstance(one, Flaw)]
    counts = Counter(job.counts)
    unreadable = sum(flaw.outcome == "refused" for flaw in flaws)
    fresh, repeats, earlier = await staging.stage(work, job.id, entries)
    flaws += repeats
    flaws += await staging.link(work, job.id, [one for one in items if isinstance(one, Link)])
    flaws += await staging.add(work, job.id, [one for one in items if isinstance(one, Addition)])
    counts.update({"read": fresh + unreadable + len(repeats), "refused": unreadable, "repeated": len(repeats)})
    await _note(work, job, counts, flaws)
    return earlier


async def _note(work: Work, job: Import, counts: Counter[str], flaws: Sequence[Flaw]) -> None:
    lines = await repository.add_lines(work, job.id, flaws, after=job.progress["lines"])
    job.counts = repository.counted(counts)
    job.progress = {**job.progress, "lines": lines, "attempts": 0}


async def _read_feed(run: Run) -> None:
    outbound = Outbound(allow=run.kernel.settings.outbound_allow)
    async with run.step() as (work, job):
        feed = await repository.feed(work, job.feed_id) if job.feed_id else None
        if feed is None:
            job.progress = {**job.progress, "whole": False}
            return
        url, mode, since, kept = feed.url, job.mode, feed.changed_since, job.progress.get("place")
    if kept is None:
        place, flaws = await pulling.begin(outbound, url, since=since if mode == "changed-since" else None)
        async with run.step() as (work, job):
            await _note(work, job, Counter(job.counts), flaws)
    else:
        place = pulling.Place(**kept)
    while not place.ended:
        place = await _read_page(run, outbound, url, place)


async def _read_page(run: Run, outbound: Outbound, url: str, place: pulling.Place) -> pulling.Place:
    read = await pulling.page(outbound, url, place)
    async with run.step() as (work, job):
        earlier = await keep(work, job, read.items)
        read.after.whole = read.after.whole and not earlier
        share = min(1.0, read.after.listed / read.after.total) if read.after.total else 1.0
        job.progress = {
            **job.progress, "place": asdict(read.after), "whole": read.after.whole, "read_share": round(share, 3),
        }  # fmt: skip
    return read.after


async def _take(run: Run, stage: str, rank: int) -> None:
    """Take in the entries of one rank, a batch a step."""
    more = True
    while more:
        async with run.step() as (work, job):
            some = await repository.entries(
                work, job.id, rank=rank, after=job.progress["after"], limit=BATCH, with_parent=stage == "parents"
            )
            if some:
                if stage == "take":
                    taken = await taking.take(work, job.source, rank, some)
                else:
                    taken = await _PUTTING[stage](work, job.source, some)
                await _note(work, job, Counter(job.counts) + taken.counts, taken.flaws)
                taken_so_far = job.progress.get("taken", 0) + (len(some) if stage == "take" else 0)
                job.progress = {**job.progress, "after": some[-1].number, "taken": taken_so_far}
            more = len(some) == BATCH
        await asyncio.sleep(0)


async def _may_remove(work: Work, job: Import) -> bool:
    """Say whether what the source no longer has may go: it was read whole, and not too much of it is missing."""
    if job.mode != "full" or not job.progress.get("whole", True):
        return False
    gone = [await staging.count_unseen(work, job.id, rank=rank, source=job.source, held_by=job.held_by)
            for rank in staging.COLLECTIONS]  # fmt: skip
    feed = await repository.feed(work, job.feed_id) if job.feed_id else None
    limit = feed.stop_at_share if feed else 0.5
    if too_many_gone(sum(gone), job.progress.get("known", 0), limit) and not job.progress.get("accepted"):
        job.counts = {**job.counts, "would_be_deleted": sum(gone)}
        job.progress = {**job.progress, "suspect": True}
        return False
    return True


async def _hold_or_finish(work: Work, job: Import) -> bool:
    """Wait for somebody to look if the import is suspect; otherwise there is nothing to remove."""
    if job.progress.get("suspect"):
        job.state = "suspect"
        await _tell_feed(work, job)
        await work.record(events.IMPORT_SUSPECT, job.id)
        return False
    job.progress = {**job.progress, "stage": _STAGES.index("finish"), "after": 0}
    return True


async def _remove(run: Run, rank: int) -> None:
    more = True
    while more:
        async with run.step() as (work, job):
            after = str(job.progress["after"] or "")
            gone = await staging.unseen(
                work, job.id, rank=rank, source=job.source, held_by=job.held_by, after=after, limit=BATCH
            )
            if gone:
                taken = await settling.remove(work, rank, [one for _, one in gone])
                await _note(work, job, Counter(job.counts) + taken.counts, taken.flaws)
                job.progress = {**job.progress, "after": gone[-1][0]}
            more = len(gone) == BATCH


async def _end(work: Work, job: Import, state: str) -> None:
    job.state, job.finished_at, job.files = state, work.now, None
    await _tell_feed(work, job)
    await work.record(events.IMPORT_FINISHED, job.id, state=state)


async def _tell_feed(work: Work, job: Import) -> None:
    """Note in the feed how its last import ended, and from when on changes are to be asked for."""
    feed = await repository.feed(work, job.feed_id, lock=True) if job.feed_id else None
    if feed is None:
        return
    facts: dict[str, Any] = {"state": job.state, "counts": job.counts}
    if job.state == "finished":
        facts["changed_since"] = job.started_at
    feed.change(work.now, **facts)


async def _clean(kernel: Kernel, tenant: UUID, import_id: UUID) -> None:
    """Drop what an import that has ended needs no more, some at a time."""
    more = True
    while more:
        async with as_service(kernel, tenant) as work:
            job = await repository.find(work, import_id)
            if job is None or job.state not in ENDED:
                return
            more = await repository.forget_entries(work, import_id, limit=5_000)
            if not more:
                await repository.forget_chunks(work, import_id)


def pace(job: Import, now: datetime) -> tuple[float, float]:
    """Return the share of an import that is done, and how many entries a second it took in."""
    begun = job.started_at
    if job.state in ("finished", "incomplete"):
        share = 1.0
    else:
        staged, read = job.progress.get("staged"), job.progress.get("read_share", 0.0)
        share = 0.5 * read if staged is None else 0.5 + 0.5 * job.progress.get("taken", 0) / max(1, staged)
    seconds = ((job.finished_at or now) - begun).total_seconds() if begun else 0.0
    return round(min(1.0, share), 3), round(job.counts.get("read", 0) / seconds, 1) if seconds > 0 else 0.0
