"""A whole autumn of round tables, at the size of those that Kehl held in November 2016, and what follows from them.

Four evenings reached 170 people, 160 of them refugees, in three language communities; two councils were elected, and
the first project was a cleaning plan. The numbers are those that were published; the words on the cards are the
examples of the round table's own instrument, in each table's language, so nobody's words are used. Tablets deliver the
cards, some twice, one after the evening has closed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from deploy.demo.client import Api, Refused
from deploy.demo.founding import Quarter
from deploy.demo.lindenau import CAFE
from deploy.demo.neighbourhood import LANGUAGES
from deploy.demo.story import Story, listed

TONGUES = ("ar", "prs", "ti")
NEEDED = (
    "housing", "learning", "childcare", "language", "learning", "work", "work", "sport", "culture", "health",
    "company", "advice", "transport",
)  # fmt: skip
"""Which picture each example of a need lies beside, in the order of the instrument."""
GIVEN = (
    "food", "repair", "language", "childcare", "household", "learning", "household", "sport", "community", "household",
    "culture", "household", "company", "food", "community",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """One evening: where, and how many refugees sat at the table of each language; `others` are hosts and helpers."""

    title: str
    area: str
    refugees: Mapping[str, int]
    others: int


EVENINGS = (
    Cast("Runder Tisch im Internationalen Café", "Lindenau", {"ar": 26, "prs": 22, "ti": 18}, 4),
    Cast("Runder Tisch am Hafen", "Am Hafen", {"ar": 14, "prs": 11, "ti": 9}, 2),
    Cast("Runder Tisch in der Siedlung", "Siedlung", {"ar": 12, "prs": 12, "ti": 8}, 2),
    Cast("Runder Tisch im Dorf", "Altdorf", {"ar": 10, "prs": 9, "ti": 9}, 2),
)


@dataclass(slots=True)
class Autumn:
    """What the journey saw, for whoever wants to check it."""

    laid: int = 0
    delivered: dict[str, int] = field(default_factory=dict)
    kept: int = 0
    late: bool = False
    groups: int = 0
    priorities: Sequence[str] = ()
    read_in: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, int] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    councils: list[Mapping[str, Any]] = field(default_factory=list)
    overspent: str = ""
    left: int = 0
    slots: int = 0
    loads: tuple[float, float] = (0.0, 0.0)
    same_household: int = 0
    not_yet: int = 0


def play(story: Story, quarter: Quarter) -> Autumn:
    """Play the four evenings and what follows; return what was seen."""
    autumn = _Autumn(story, quarter.api(CAFE))
    story.chapter("A whole autumn: four evenings, 170 people, three languages")
    for cast in EVENINGS:
        autumn.hold(cast)
    autumn.count()
    autumn.elect()
    autumn.clean()
    return autumn.seen


class _Autumn:
    def __init__(self, story: Story, cafe: Api) -> None:
        self.story = story
        self.cafe = cafe
        self.seen = Autumn(delivered={"kept": 0, "known": 0, "refused": 0, "conflict": 0})
        self._examples = {tongue: self._examples_in(tongue) for tongue in (*TONGUES, "de")}
        self._first: str | None = None
        self._council = ""

    def _examples_in(self, tongue: str) -> tuple[Sequence[str], Sequence[str]]:
        found = next(one for one in self.cafe.each("/v1/instruments") if one["name"] == "round-table")
        whole = self.cafe.get(f"/v1/instruments/{found['id']}", language=tongue)
        needed, given = (question["examples"] for question in whole["questions"])
        return needed, given

    # --- an evening ----------------------------------------------------------------------------------------------

    def hold(self, cast: Cast) -> None:
        """Hold one evening, from the invitations to the results on the wall."""
        plan = {
            "title": cast.title, "area": cast.area, "languages": list(TONGUES), "host_language": "de",
            "starts_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
            "venue": {"name": cast.area, "accessible": True, "childcare": True, "travel_costs": True},
        }  # fmt: skip
        home = f"/v1/round-tables/{self.cafe.post('/v1/round-tables', plan)['id']}"
        self._first = self._first or home
        self.cafe.post(f"{home}:invite")
        tables = {tongue: self._set(home, tongue, people) for tongue, people in cast.refugees.items()}
        self.cafe.post(f"{home}:open")
        self._come(home, tables, cast)
        for tongue, table in tables.items():
            self._deliver(home, tongue, table, cast)
        self._speak(home, tables)
        self._forgotten_tablet(home, tables["ti"])

    def _set(self, home: str, tongue: str, people: int) -> str:
        who = f"Volunteer who speaks {LANGUAGES[tongue]}"
        body = {"language": tongue, "facilitator": who, "interpreter": who}
        table: str = self.cafe.post(f"{home}/tables", body)["id"]
        invitation = {"inviter": who, "language": tongue, "people": people}
        made = self.cafe.post(f"{home}/invitations", invitation)
        self.cafe.patch(f"{home}/invitations/{made['id']}", {"state": "accepted"})
        return table

    def _come(self, home: str, tables: Mapping[str, str], cast: Cast) -> None:
        for tongue, people in cast.refugees.items():
            counted = {"table_id": tables[tongue], "kind": "refugee", "people": people}
            self.cafe.post(f"{home}/attendance", counted)
        self.cafe.post(f"{home}/attendance", {"kind": "local", "people": cast.others, "language": "de"})
        for invitation in self.cafe.each(f"{home}/invitations"):
            self.cafe.patch(f"{home}/invitations/{invitation['id']}", {"state": "attended"})

    def _deliver(self, home: str, tongue: str, table: str, cast: Cast) -> None:
        """Let two tablets of a table deliver its cards; the second had no network, and delivers twice."""
        cards = list(self._cards(home, tongue, table, cast.refugees[tongue]))
        self.seen.laid += len(cards)
        for tablet in (cards[::2], cards[1::2], cards[1::2]):
            if tablet:
                told = self.cafe.post(f"{home}/cards:deliver", {"cards": tablet})
                for outcome in self.seen.delivered:
                    self.seen.delivered[outcome] += told[outcome]

    def _cards(self, home: str, tongue: str, table: str, people: int) -> Iterator[dict[str, Any]]:
        """Return a card of every second person: needs come easily, strengths follow."""
        for number in range((people + 1) // 2):
            strength = number % 5 in (2, 4)
            examples, german = self._examples[tongue][strength], self._examples["de"][strength]
            at = number % min(len(examples), len(german), len((NEEDED, GIVEN)[strength]))
            yield {
                "card_id": str(_number(home, tongue, number)), "table_id": table, "language": tongue,
                "question": 1 + strength, "category": (NEEDED, GIVEN)[strength][at], "text": examples[at],
                "translation": {"language": "de", "text": german[at], "by": "interpreter"},
                "visibility": "plenary", "device_id": f"tablet {number % 2 + 1}",
                "written_at": datetime.now(UTC).isoformat(),
            }  # fmt: skip

    def _speak(self, home: str, tables: Mapping[str, str]) -> None:
        """Let the tables present, group like cards, give everybody three dots, and publish in every language."""
        self.cafe.post(f"{home}:to-plenary")
        for table in tables.values():
            self.cafe.post(f"{home}/tables/{table}:present")
        self.cafe.post(f"{home}/groups:suggest")
        groups = [group["id"] for group in self.cafe.each(f"{home}/groups", limit=200) if group["question"] == 1]
        for voter in range(6):
            dots: dict[str, int] = {}
            for place in (0, voter, voter + 1):
                chosen = groups[place % len(groups)]
                dots[chosen] = dots.get(chosen, 0) + 1
            self.cafe.put(f"{home}/votes/tablet-{voter}", {"dots": dots})
        self.cafe.post(f"{home}:close")
        self.cafe.post(f"{home}:publish-results")
        self.seen.groups += len(groups)
        self.seen.kept += sum(1 for _ in self.cafe.each(f"{home}/cards", limit=200))

    def _forgotten_tablet(self, home: str, table: str) -> None:
        """Deliver, after the evening has closed, a card that was written while it was open."""
        card = {
            "card_id": str(_number(home, "late", 0)), "table_id": table, "language": "ti", "question": 2,
            "category": "culture", "text": self._examples["ti"][1][10], "visibility": "table",
        }  # fmt: skip
        before = datetime.fromisoformat(self.cafe.get(home)["closed_at"])
        card["written_at"] = (before - timedelta(seconds=1)).isoformat()
        told = self.cafe.post(f"{home}/cards:deliver", {"cards": [card]})["results"][0]
        self.seen.late = told["late"]
        self.seen.kept += told["state"] == "kept"
        self.seen.laid += 1
        self.seen.delivered["kept"] += told["state"] == "kept"

    # --- after the evenings --------------------------------------------------------------------------------------

    def count(self) -> None:
        """Count the evenings together, and read the results of the first one in every language that sat there."""
        home = self._first or ""
        self.seen.numbers = numbers = self.cafe.get("/v1/reports/round-tables")
        top = self.cafe.get(f"{home}/priorities", language="en", question=1)
        self.seen.priorities = [one["label"] for one in top["groups"][:3]]
        for tongue in (*TONGUES, "de"):
            self.seen.read_in[tongue] = self.cafe.get(f"{home}/results/published", language=tongue)["language"]
            sheet = self.cafe.ask("GET", f"{home}/card-sheet", params={"language": tongue, "format": "pdf"})
            self.seen.sheets[tongue] = len(sheet.content)
        self.story.tell(
            f"{len(EVENINGS)} evenings, {numbers['people']} people came, {numbers['by_kind']['refugee']} of them",
            f"refugees, in {len(TONGUES)} language communities. {self.seen.laid} cards were laid on tablets;",
            f"{self.seen.delivered['known']} were delivered a second time and counted once; a tablet that somebody",
            "had forgotten in a bag delivered after the end, and its cards were taken as late.",
        )
        self.story.tell(
            f"Like cards were put together across the languages. Most dots of the first evening: "
            f"{listed(self.seen.priorities)}. The results are read in",
            f"{listed([LANGUAGES[one] for one in (*TONGUES, 'de')])}.",
        )

    def elect(self) -> None:
        """Elect the two councils: one with seats for each community, one in a full meeting of both."""
        first = {
            "name": "Rat der Siedlung", "area": "Siedlung", "language": "de", "languages": ["prs", "ti"], "seats": 6,
            "task": "Die Lebensqualität der Sprachgemeinschaften verbessern, ihnen eine Stimme geben, Brücken bauen.",
            "quotas": [{"by": "line", "of": "women", "at_least": 2}],
        }  # fmt: skip
        each = {"prs": 3, "ti": 3}
        self._council = self._elected(first, each, {"electorate": "by_language", "seats": each}, women=2)
        second = {**first, "name": "Rat im Dorf", "area": "Altdorf", "seats": 2, "quotas": []}
        one = {"prs": 1, "ti": 1}
        self._elected(second, one, {"electorate": "all_together", "seats": one}, women=0)
        self.story.tell(
            "Two neighbourhoods elect councils of their own: six members from two language communities, two of the",
            "six women; and two members, elected by both communities in a full meeting.",
        )

    def _elected(self, council: Mapping[str, Any], seats: Mapping[str, int], how: Mapping[str, Any], women: int) -> str:
        home = f"/v1/councils/{self.cafe.post('/v1/councils', council)['id']}"
        standing: list[str] = []
        for tongue, number in seats.items():
            electorate = {"language": tongue, "people": 40, "agreed": 25 // len(seats)}
            self.cafe.post(f"{home}/electorates", electorate)
            for place in range(number + 1):
                speaks = ["women", "children"] if place == 0 and women else []
                named = {"name_shown": f"Candidate {tongue} {place + 1}", "language": tongue, "speaks_for": speaks}
                standing.append(self.cafe.post(f"{home}/candidates", named)["id"])
        opened = {"method": "meeting", "held_on": _today().isoformat(), "votes_each": max(seats.values()), **how}
        election = f"{home}/elections/{self.cafe.post(f'{home}/elections', opened)['id']}"
        counts = [{"candidate_id": one, "votes": 14 - place} for place, one in enumerate(standing)]
        heads = {tongue: 30 for tongue in seats}
        self.cafe.put(f"{election}/counts", {"counts": counts, "present": 60, "present_by_language": heads})
        self.cafe.post(f"{election}:settle")
        members = list(self.cafe.each(f"{home}/members"))
        self.seen.councils.append(
            {
                "members": len(members),
                "languages": sorted({one["language"] for one in members}),
                "women": sum("women" in one["speaks_for"] for one in members),
            }
        )
        return home

    def clean(self) -> None:
        """Run the first project: a cleaning plan, with money from the city and turns that are shared out evenly."""
        project = f"/v1/projects/{self._project()}"
        self.cafe.post(f"{project}/spending", _spent(38_000, "Mops, buckets, gloves"))
        try:
            self.cafe.post(f"{project}/spending", _spent(80_000, "A cleaning machine"))
        except Refused as refused:
            self.seen.overspent = refused.slug
        self.seen.left = self.cafe.get(project)["left"]
        rota = f"/v1/rotas/{self._rota(project.rpartition('/')[2])}"
        plan = self.cafe.post(f"{rota}:plan")
        self.seen.slots = len(plan["slots"])
        households = {one["id"]: one["household"] for one in self.cafe.each(f"{rota}/volunteers", limit=200)}
        pairs = [[households[seat["volunteer_id"]] for seat in slot["helpers"]] for slot in plan["slots"]]
        self.seen.same_household = sum(len(set(pair)) < len(pair) for pair in pairs)
        fair = self.cafe.get(f"{rota}/fairness")
        self.seen.loads, self.seen.not_yet = (fair["least"], fair["greatest"]), len(fair["not_yet"])
        self.story.tell(
            "The first project is a cleaning plan in a house where ninety people of six language communities live:",
            "each Sunday two volunteers of different families on each of two levels, for four weeks. The",
            f"{2 * self.seen.slots} turns are shared out: nobody has more than {fair['greatest']:g}. It is seen who",
            "has not helped yet.",
            f"Of the 1,000 euros {self.seen.left // 100} are left, and nobody can spend more.",
        )

    def _project(self) -> str:
        body = {
            "title": "Putzplan", "language": "de", "area": "Siedlung", "council_id": self._council.rpartition("/")[2],
            "answers": [{"concepts": ["shared_cleaning_plan"]}], "budget": 100_000, "currency": "EUR",
        }  # fmt: skip
        made: str = self.cafe.post("/v1/projects", body)["id"]
        today = _today().isoformat()
        self.cafe.post(f"/v1/projects/{made}:agree", {"on": today, "by": "council meeting", "votes_for": 6})
        self.cafe.post(f"/v1/projects/{made}:start", {"on": today})
        return made

    def _rota(self, project: str) -> str:
        starts = _today() + timedelta(days=1)
        body = {
            "title": "Putzplan", "language": "de", "area": "Siedlung", "project_id": project,
            "places": ["Obergeschoss", "Erdgeschoss"], "starts_on": starts.isoformat(), "weeks": 4,
            "weekdays": ["sunday"], "trial_until": (starts + timedelta(weeks=4)).isoformat(),
        }  # fmt: skip
        made: str = self.cafe.post("/v1/rotas", body)["id"]
        for number in range(1, 21):
            tongue = ("ar", "prs", "ti", "ku", "ps", "fr")[number % 6]
            who = {"name_shown": f"Volunteer {number}", "household": f"room {200 + number // 2}", "language": tongue}
            self.cafe.post(f"/v1/rotas/{made}/volunteers", who)
        return made


def _today() -> date:
    return datetime.now(UTC).date()


def _spent(amount: int, what: str) -> dict[str, Any]:
    return {"amount": amount, "on": _today().isoformat(), "what": what, "by_role": "council member"}


def _number(home: str, tongue: str, number: int) -> UUID:
    """Return the number that a tablet gives its card, the same however often it delivers it."""
    return uuid5(NAMESPACE_URL, f"{home}/{tongue}/{number}")
