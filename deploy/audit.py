"""`python -m deploy.audit [heads]`: looks through every service's audit and prints the heads of its chains.

Keep what it prints somewhere else. Given that file again, it also finds rows cut off the end and a chain written anew.
It ends with 1 when a chain does not hold. With CANDO_DATABASE_URL it runs beside a running instance.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from deploy import standalone
from deploy.house import House
from services.kernel.audit import Head, prove
from services.kernel.context import Kernel
from services.kernel.upkeep import tenants

Anchors = Mapping[tuple[str, UUID], Head]


def anchors_in(lines: Iterable[str]) -> Anchors:
    """Return the heads that an earlier run printed."""
    found = {}
    for line in lines:
        words = line.split()
        if len(words) >= 4 and words[2].isdigit():
            found[words[0], UUID(words[1])] = Head(int(words[2]), words[3])
    return found


def kernels(house: House) -> list[Kernel]:
    """Return the running parts of the gateway and of every service."""
    return [app.state.kernel for app in (house.gateway.desk, *house.apps.values())]


async def look_through(kernel: Kernel, anchors: Anchors) -> tuple[list[str], bool]:
    """Return a line for each tenant of one service, and whether all its chains hold."""
    lines, sound = [], True
    async for tenant in tenants(kernel):
        async with kernel.database.transaction(tenant) as session:
            anchor = anchors.get((kernel.name, tenant))
            proof = await prove(session, kernel.name, tenant, anchor=anchor)
        state = "holds" if proof.broken is None else f"BROKEN at row {proof.broken}"
        more = f", {proof.unchained} not chained yet" if proof.unchained else ""
        lines.append(f"{kernel.name} {tenant} {proof.head.number} {proof.head.chain} {state}{more}")
        sound = sound and proof.broken is None
    return lines, sound


def main(arguments: list[str]) -> int:
    """Start an instance for this alone, look, print; return the exit code."""
    anchors = anchors_in(Path(arguments[0]).read_text().splitlines()) if arguments else {}
    verdicts: list[bool] = []

    async def then(started: standalone.Started) -> None:
        for kernel in kernels(started.house):
            lines, sound = await look_through(kernel, anchors)
            print("\n".join(lines))
            verdicts.append(sound)
        started.stop()

    code = standalone.main(then, port=0)
    return code or (0 if verdicts and all(verdicts) else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
