"""What there is already: the council takes in other directories, and learns line by line what could not be used."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import dist
from pathlib import Path
from typing import Any

from deploy.demo.client import Api, wait_for
from deploy.demo.founding import Quarter
from deploy.demo.neighbourhood import COUNCIL, MARKET
from deploy.demo.story import Story

MOST_LINES = 20
_PATIENCE = 120.0
_OUTCOMES = {"refused": "not taken", "field_dropped": "taken without this", "left_out": "left out"}
_COUNTS = {"created": "new", "updated": "changed", "unchanged": "as before", "refused": "not taken"}
_HERE = 1.0
"""Degrees around the market within which places of Hazelbrook can lie."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How one import ended, and every line of its report."""

    id: str
    source: str
    counts: dict[str, int]
    lines: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Directory:
    """What the journey saw: the imports, the same one again, and what a plain search finds."""

    imports: Sequence[Imported]
    again: Imported
    found: Sequence[str]
    far_away: Sequence[str]


def play(story: Story, quarter: Quarter, *, samples: Path | None = None) -> Directory:
    """Import the fixtures, once more the first of them, search, and import the real samples when there are some."""
    story.chapter("What Hazelbrook has already: the council imports directories")
    story.tell("You do not know what you need before you know what you have. Two directories come in as files:",
               "one is a spreadsheet export (HSDS), the other an Open Referral feed.")  # fmt: skip
    council = quarter.api(COUNCIL)
    fixtures = files("deploy.demo").joinpath("fixtures")
    county = _import(council, "hsds-csv", "county-directory", fixtures.joinpath("hsds_csv"))
    feed = _import(council, "open-referral", "advice-network", fixtures.joinpath("open_referral"))
    for imported in (county, feed):
        _tell(story, imported)
    again = _import(council, "hsds-csv", "county-directory", fixtures.joinpath("hsds_csv"))
    story.tell("The county sends the same file again next week. What has not changed stays as it is:",
               f"{again.counts.get('unchanged', 0)} unchanged, {again.counts.get('created', 0)} new.")  # fmt: skip
    far_away = _tell_far_away(story, council)
    found = [one["name"] for one in council.each("/v1/services", q="english")]
    story.tell(f'Whoever now searches the services for "english" finds: {", ".join(found)}.')
    imports = [county, feed, *(_samples(story, council, samples) if samples else [])]
    return Directory(imports, again, found, far_away)


def _import(council: Api, format: str, source: str, folder: Traversable) -> Imported:
    named = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith((".csv", ".json")))
    content = [{"name": name, "content": one.read_text(encoding="utf-8-sig")} for name, one in named]
    job = council.post("/v1/imports", {"format": format, "source": source, "files": content})

    def finished() -> dict[str, Any] | None:
        seen: dict[str, Any] = council.get(f"/v1/imports/{job['id']}")
        return seen if seen["state"] == "finished" else None

    done = wait_for(finished, what=f"The end of the import from {source}", patience=_PATIENCE)
    lines = council.each(f"/v1/imports/{job['id']}/lines")
    in_order = sorted(lines, key=lambda line: (line["file"], line["line"], line["field"] or ""))
    return Imported(job["id"], source, done["counts"], in_order)


def _tell(story: Story, imported: Imported) -> None:
    counts = imported.counts
    told = ", ".join(f"{counts[name]} {said}" for name, said in _COUNTS.items() if name in counts)
    story.tell(f"From {imported.source} {counts['read']} entries were read: {told}.",
               f"{len(imported.lines)} remarks say what could not be used:")  # fmt: skip
    if len(imported.lines) > MOST_LINES:
        story.tell(f"In all: {_summary(imported.lines)}. The first of them:")
    for line in imported.lines[:MOST_LINES]:
        story.item(_remark(line))
    if len(imported.lines) > MOST_LINES:
        story.tell(f"… and {len(imported.lines) - MOST_LINES} more: GET /v1/imports/{imported.id}/lines.")


def _summary(lines: Sequence[dict[str, Any]]) -> str:
    """Return how often each thing could not be used."""
    counts = Counter(f"{line['field'] or 'whole line'} {_OUTCOMES[line['outcome']]}" for line in lines)
    return ", ".join(f"{count} × {what}" for what, count in counts.most_common())


def _remark(line: dict[str, Any]) -> str:
    where = f"{line['file']}, line {line['line']}" if line["line"] else line["file"]
    field = f" ({line['field']})" if line["field"] else ""
    return f"{where}{field}: {line['reason']} – {_OUTCOMES[line['outcome']]}"


def _tell_far_away(story: Story, council: Api) -> list[str]:
    """Look for places whose coordinates are possible on the globe, but not in Hazelbrook."""
    located = [one for one in council.each("/v1/places") if one["latitude"] is not None]
    far = [one["name"] for one in located if dist((one["latitude"], one["longitude"]), MARKET) > _HERE]
    if far:
        story.tell(
            f"One look at the map shows what no format can: {', '.join(far)} would lie in the Indian Ocean, because",
            "the source has swapped latitude and longitude. The council will put that right.",
        )
    return far


def _samples(story: Story, council: Api, samples: Path) -> list[Imported]:
    story.tell(f"Real files lie in {samples}; they are imported as well.")
    examples = _import(council, "open-referral", "open-referral-examples", samples / "standards" / "oruk" / "examples")
    export = _import(council, "hsds-csv", "regional-export", samples / "data" / "hsds_csv")
    for imported in (examples, export):
        _tell(story, imported)
    return [examples, export]
