"""The readers of texts, one for each community that has terms of its own, kept until these change."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.directory.models import OwnTerm
from services.directory.vocabulary import repository
from services.kernel.work import Work
from services.vocabulary.gazetteer import Term
from services.vocabulary.linking import Link, Linker, linker_with

Change = tuple[int, int]
"""How many terms a community has ever added and how many of them it has deleted: neither number ever falls."""
_AT_ONCE = 2
_MOST_KEPT = 16


class Reader(NamedTuple):
    """A linker, and the terms it knows beyond everybody's."""

    linker: Linker
    own: tuple[Term, ...]


class Linkers:
    """Keeps the readers of the communities that asked last.

    Making one and reading with one keep a processor busy, so both run in a thread, few at a time.
    """

    def __init__(self, *, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[UUID, tuple[Change, Reader]] = OrderedDict()
        self._working = asyncio.Semaphore(_AT_ONCE)

    def get(self, tenant: UUID, change: Change) -> Reader | None:
        """Return the reader of a community, unless its terms have changed or it has none yet."""
        known = self._kept.get(tenant)
        if known is None or known[0] != change:
            return None
        self._kept.move_to_end(tenant)
        return known[1]

    async def of(self, work: Work) -> Reader:
        """Return the reader of the community whose transaction this is, made anew if its terms have changed."""
        change = await repository.change(work)
        return self.get(work.tenant, change) or await self.make(work.tenant, change, await repository.page(work))

    async def make(self, tenant: UUID, change: Change, terms: Sequence[OwnTerm]) -> Reader:
        """Make and keep the reader of a community with these terms."""
        own = tuple(Term(one.concept, one.text, one.language) for one in terms)
        async with self._working:
            reader = self.get(tenant, change)
            if reader is None:
                reader = Reader(await asyncio.to_thread(linker_with, own), own)
                self._kept[tenant] = change, reader
                self._kept.move_to_end(tenant)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return reader

    async def read(self, reader: Reader, text: str, language: str | None) -> list[Link]:
        """Return what a text is about."""
        async with self._working:
            return await asyncio.to_thread(reader.linker.link, text, language)
