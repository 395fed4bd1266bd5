"""One line of a source while it is read: what has come of it so far, entries and flaws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.directory.assets.money import digits
from services.directory.imports import cleaning
from services.directory.imports.domain import Addition, Entry, Flaw, Item, Kind, Link, Outcome

_LONGEST_READ = 20 * cleaning.LONGEST_TEXT
_STATUS = {
    "": "active",
    "active": "active",
    "inactive": "inactive",
    "defunct": "inactive",
    "temporarily closed": "temporarily_closed",
}


@dataclass(slots=True)
class Record:
    """What is made of one line (of a file; of a feed: of a page)."""

    file: str
    line: int
    items: list[Item] = field(default_factory=list)

    def flaw(self, outcome: Outcome, reason: str, name: str | None = None) -> None:
        """Note something that could not be used."""
        self.items.append(Flaw(self.file, self.line, outcome, reason, name))

    def text(self, value: Any, name: str) -> str | None:
        """Return a text as it can be kept; note what was done to it."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            self.flaw("field_dropped", "is not a text", name)
            return None
        said, done = cleaning.plain(value) if len(value) <= _LONGEST_READ else (value, None)
        if len(said) > cleaning.LONGEST_TEXT:
            self.flaw("field_dropped", f"is longer than {cleaning.LONGEST_TEXT} characters", name)
            return None
        if done:
            self.flaw("field_changed", done, name)
        return said or None

    def point(self, found: Mapping[str, Any], country: str | None) -> dict[str, Any]:
        """Return latitude and longitude if they can be used; note why not."""
        latitude, longitude = cleaning.number(found.get("latitude")), cleaning.number(found.get("longitude"))
        if latitude in (None, "") and longitude in (None, ""):
            self.flaw("field_dropped", "has no coordinates", "latitude")
            return {}
        wrong = cleaning.wrong_point(latitude, longitude, country)
        if wrong:
            self.flaw("field_dropped", wrong, "latitude")
            return {}
        return {"latitude": latitude, "longitude": longitude}

    def status(self, value: Any) -> Any:
        """Return a status as we call it; an unknown one as it is, to be refused where it is checked."""
        return _STATUS.get(str(value or "").strip().lower(), value)

    def window(self, schedule: Mapping[str, Any], time_zone: str) -> list[dict[str, Any]]:
        """Return a schedule as a window in a list; note one that cannot be used."""
        try:
            return [cleaning.window(schedule, time_zone)]
        except (KeyError, ValueError, TypeError, OverflowError):
            self.flaw("field_dropped", "has a schedule that cannot be used", "schedules")
            return []

    def cost(self, option: Mapping[str, Any], currency: str | None) -> list[dict[str, Any]]:
        """Return a cost option as a price in a list; note an amount that cannot be used."""
        made = {
            "option": self.text(option.get("option"), "cost_options"),
            "description": self.text(option.get("amount_description"), "cost_options"),
            "valid_from": option.get("valid_from"),
            "valid_to": option.get("valid_to"),
        }
        money = str(option.get("currency") or currency or "").strip().upper()
        if option.get("amount") not in (None, ""):
            amount = cleaning.smallest_units(option["amount"], digits(money)) if money else None
            if amount is None:
                self.flaw("field_dropped", "has an amount without a currency, or one that is none", "cost_options")
            else:
                made |= {"amount": amount, "currency": money}
        made = filled(made)
        return [made] if made else []

    def entry(
        self,
        kind: Kind,
        name: Any,
        facts: Mapping[str, Any],
        *,
        organisation: Any = None,
        places: Sequence[str] = (),
        parent: Any = None,
        embedded: bool = False,
    ) -> None:
        """Add an entry; one whose id cannot be kept is refused."""
        known = cleaning.name_of(name)
        if known is None:
            self.flaw("refused", "has an id that cannot be used", "id")
            return
        owner, above = cleaning.name_of(organisation), cleaning.name_of(parent)
        self.items.append(
            Entry(kind, known, self.file, self.line, filled(facts), owner, places, above, embedded)
        )  # fmt: skip

    def add(self, kind: Any, name: Any, field_: str, value: Any) -> None:
        """Say something more about an entry that stands elsewhere."""
        known = cleaning.name_of(name)
        if known is None:
            self.flaw("refused", "names nothing that it could belong to")
        elif value not in (None, "", [], {}):
            self.items.append(Addition(kind, known, self.file, self.line, field_, value))

    def link(self, name: Any, service: Any, place: Any) -> None:
        """Note a service at a place under the id of the pair."""
        known, whose = cleaning.name_of(name), cleaning.name_of(service)
        if known is None or whose is None:
            self.flaw("refused", "names no service", "service_id")
            return
        self.items.append(Link(known, whose, cleaning.name_of(place), self.file, self.line))


def filled(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that say something."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}
