"""What matching asks of its neighbours, as it leaves the house."""

import json
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from services.kernel.upstream import Answer
from services.kernel.work import Work
from services.matching.clients import release_contacts


async def test_the_directory_is_told_of_everybody_on_the_match_when_it_releases_contacts() -> None:
    asked: list[dict[str, Any]] = []

    async def ask(*_: str, body: dict[str, Any], **__: Any) -> Answer:
        asked.append(body)
        return Answer(200, {}, json.dumps({"contacts": {}}).encode())

    work = cast(Work, SimpleNamespace(peers=SimpleNamespace(ask=ask), tenant=uuid4()))
    one, other = uuid4(), uuid4()
    await release_contacts(work, match=uuid4(), organisation=uuid4(), people=[other], parties=[one, other])
    assert (asked[0]["people"], asked[0]["parties"]) == ([str(other)], [str(one), str(other)])
