"""The second journey: an evening of round tables in three languages, and what becomes of its cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.demo.client import Refused, wait_for
from deploy.demo.founding import Quarter, register
from deploy.demo.lindenau import CAFE, CITY, GERMAN_HELPER, LINDENAU, TABLES, CardText, TableCast
from deploy.demo.neighbourhood import LANGUAGES
from deploy.demo.story import Story, listed

_QUESTIONS = {1: "What do you need?", 2: "What can you do?"}


@dataclass(slots=True)
class RoundTable:
    """What the journey saw, for whoever wants to check it."""

    id: str = ""
    states: list[str] = field(default_factory=list)
    turnout: Mapping[str, int] = field(default_factory=dict)
    thin_before: Sequence[str] = ()
    thin_after: Sequence[str] = ()
    prompts: Sequence[str] = ()
    cards: int = 0
    delivered_twice: int = 0
    after_closing: str = ""
    results: Mapping[int, int] = field(default_factory=dict)
    report: Mapping[str, int] = field(default_factory=dict)
    needs: Sequence[Mapping[str, Any]] = ()
    offers: Sequence[Mapping[str, Any]] = ()
    german_practice: Sequence[Mapping[str, Any]] = ()
    gap: Mapping[str, Any] = field(default_factory=dict)


def play(story: Story, quarter: Quarter) -> RoundTable:
    """Play the evening in a freshly founded Lindenau; return what was seen."""
    evening = Evening(story, quarter)
    evening.invite()
    evening.ask_both_questions()
    evening.keep_pace()
    evening.present()
    evening.publish()
    evening.match()
    return evening.seen


class Evening:
    """The steps of the evening, in their order; each leaves what it saw in `seen`."""

    def __init__(self, story: Story, quarter: Quarter) -> None:
        self.story = story
        self.quarter = quarter
        self.cafe = quarter.api(CAFE)
        self.seen = RoundTable()
        self._home = ""
        self._tables: dict[str, str] = {}
        self._laid = 0

    def invite(self) -> None:
        """Plan the evening, set a table for each language, and let those invite who speak it."""
        register(self.quarter, CAFE, (*LINDENAU, GERMAN_HELPER))
        planned = self.cafe.post(
            "/v1/round-tables",
            {
                "title": "Was brauchen wir, was können wir?",
                "starts_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
                "place": CAFE,
                "languages": [table.language for table in TABLES],
            },
        )
        self.seen.id, self._home = planned["id"], f"/v1/round-tables/{planned['id']}"
        self.seen.states.append(planned["state"])
        self._step("invite")
        self.story.chapter("Lindenau sits down together: a round table in three languages")
        self.story.tell(
            f"The {CAFE} plans an evening “{planned['title']}” (What do we need, what can we do?).",
            "People come because somebody who speaks their language, and whom they know, invites them:",
        )
        asked = [self._set(table) for table in TABLES]
        self._step("open")
        for came, stayed in asked:
            self.cafe.patch(f"{self._home}/invitations/{came}", {"state": "attended"})
            self.cafe.patch(f"{self._home}/invitations/{stayed}", {"state": "declined"})
        turnout = self.cafe.get(f"{self._home}/turnout")
        self.seen.turnout = turnout["total"]
        for one in turnout["inviters"]:
            self.story.item(f"{one['inviter']}: {one['invited']} invited, {one['attended']} came")

    def _step(self, action: str) -> None:
        self.seen.states.append(self.cafe.post(f"{self._home}:{action}")["state"])

    def _set(self, table: TableCast) -> tuple[str, str]:
        """Set a table, and invite: return the invitation of those who will come, and of those who will not."""
        body = {"language": table.language, "facilitator": "Volunteer", "interpreter": table.interpreter}
        self._tables[table.language] = self.cafe.post(f"{self._home}/tables", body)["id"]
        return self._ask(table, table.came), self._ask(table, table.invited - table.came)

    def _ask(self, table: TableCast, people: int) -> str:
        invitation = {"inviter": table.interpreter, "language": table.language, "people": people}
        return str(self.cafe.post(f"{self._home}/invitations", invitation)["id"])

    def ask_both_questions(self) -> None:
        """Let the tables write their first cards; one tablet delivers a card twice."""
        self.story.tell("Image cards lie on each table. Each table writes in its language; volunteers translate:")
        for table in TABLES:
            self.story.item(f"the table in {LANGUAGES[table.language]}")
            for card in table.cards:
                self._lay(table, card)
        twice = TABLES[0]
        count = self._count()
        self._post(twice, twice.cards[0], number=1)
        self.seen.delivered_twice = self._count() - count

    def _lay(self, table: TableCast, card: CardText) -> None:
        self._laid += 1
        self._post(table, card, number=self._laid)
        self.story.item(f"{_QUESTIONS[card.question]} “{card.text}” – {card.german} ({card.english})", depth=1)

    def _post(self, table: TableCast, card: CardText, *, number: int) -> None:
        body = {
            "question": card.question,
            "category": card.category,
            "text": card.text,
            "language": table.language,
            "translation": {"language": "de", "text": card.german, "by": table.interpreter},
            "visibility": "plenary" if card.everybody else "table",
            "external_ids": [{"system": "tablet", "value": f"card-{number}"}],
        }
        if card.writer:
            body["participant_id"] = self.quarter.people[card.writer]
        self.cafe.post(f"{self._home}/tables/{self._tables[table.language]}/cards", body)

    def _count(self) -> int:
        return sum(1 for _ in self.cafe.each(f"{self._home}/cards"))

    def keep_pace(self) -> None:
        """See which table has not come to the second question, and help it with examples."""
        before = self._pace()
        self.seen.thin_before = [pace["language"] for pace in before.values() if pace["thin"]]
        for language in self.seen.thin_before:
            self._prompt(before[language])
        for table in TABLES:
            if table.later:
                self.story.tell("Now the table writes:")
            for card in table.later:
                self._lay(table, card)
        self.seen.thin_after = [pace["language"] for pace in self._pace().values() if pace["thin"]]
        self.seen.cards = self._count()

    def _pace(self) -> dict[str, Any]:
        return {pace["language"]: pace for pace in self.cafe.get(f"{self._home}/pace")["tables"]}

    def _prompt(self, pace: Mapping[str, Any]) -> None:
        self.seen.prompts = [prompt["text"] for prompt in pace["prompts"]]
        self.story.tell(
            f"The table in {LANGUAGES[pace['language']]} has named {pace['needs']} needs and",
            f"{pace['capabilities'] or 'no'} strengths: needs come easily, strengths ask for another point of view.",
            "The facilitator is prompted to come back to the second question, with examples:",
        )
        self.story.items([f"“{text}”" for text in self.seen.prompts])

    def present(self) -> None:
        """Go to the plenary, show the results, close; a late card is refused."""
        self._step("to-plenary")
        results = self.cafe.get(f"{self._home}/results", language="en")
        self._step("close")
        try:
            self._post(TABLES[1], TABLES[1].cards[0], number=1000)
        except Refused as refused:
            self.seen.after_closing = refused.slug
        self.seen.results = {one["question"]: one["count"] for one in results["questions"]}
        self.story.tell("In the plenary each table presents its cards. The results go on the wall:")
        for one in results["questions"]:
            images = [f"{image['label']} {image['count']}" for image in one["images"]]
            self.story.item(f"{_QUESTIONS[one['question']]} {one['count']} cards: {', '.join(images)}")

    def publish(self) -> None:
        """Publish what consenting people wrote; the rest stays on the wall, and in the gap report without a name."""
        self._publish_with_care()
        self.seen.report = report = self.cafe.post(f"{self._home}:publish")
        self.seen.needs = wait_for(lambda: self._arrived("needs"), what="The needs of the evening")
        self.seen.offers = wait_for(lambda: self._arrived("offers"), what="The offers of the evening")
        self.story.tell(
            f"{report['published']} cards of people who have agreed become {len(self.seen.needs)} needs and",
            f"{len(self.seen.offers)} offers. {report['anonymous']} cards bear no name and stay anonymous;",
            f"{report['without_consent']} bears the name of somebody who has not agreed to be matched, and is not",
            "shared.",
        )
        gaps = self.cafe.get("/v1/reports/gaps")["items"]
        self.seen.gap = next(gap for gap in gaps if gap["category"] == "language")
        self.story.tell(
            f"In the city's gap report all cards count, without identity: {self.seen.gap['needs']['shown']} needs",
            "about language.",
        )

    def _publish_with_care(self) -> None:
        """Publish the wishes to learn German in words that everybody can read, and with how to meet."""
        translated = {card.text: card.german for card in _cards("needs") if card.writer}
        for card in self.cafe.each(f"{self._home}/cards", question=1):
            if card["text"] in translated:
                german = translated[card["text"]]
                terms = {"title": german, "released_text": german, "means": ["in_person"]}
                self.cafe.post(f"{self._home}/cards/{card['id']}:publish", terms)

    def _arrived(self, collection: str) -> list[dict[str, Any]] | None:
        """Return the evening's needs or offers once all that were published have come to matching."""
        found = list(self.cafe.each(f"/v1/{collection}", state="open"))
        wanted = sum(bool(card.writer) and self._agreed(card) for card in _cards(collection))
        return found if len(found) >= wanted else None

    def _agreed(self, card: CardText) -> bool:
        writers = {person.called: person for person in LINDENAU}
        return card.writer is not None and "matching" in writers[card.writer].purposes

    def match(self) -> None:
        """Look who could practise German with those who asked for it."""
        city = self.quarter.api(CITY)
        owner = {"participant_id": self.quarter.people[GERMAN_HELPER.called]}
        offer = city.post("/v1/offers", {**GERMAN_HELPER.offers[0].body(), **owner})
        path = f"/v1/offers/{offer['id']}/candidates"
        found = wait_for(lambda: city.get(path, language="de")["items"], what="Somebody for Hannelore")
        self.seen.german_practice = found
        self.story.tell(
            f"{GERMAN_HELPER.called} has time to practise German. The city asks for whom, and is told why – not who:"
        )
        for candidate in found:
            self.story.item(f"“{candidate['title']}”: {' '.join(candidate['reasons'])}")
        helpers = [card.writer for card in _cards("offers") if card.writer and self._agreed(card)]
        self.story.tell(f"So {listed(list(dict.fromkeys(helpers)))} are no longer only people with needs.")


def _cards(collection: str) -> list[CardText]:
    question = 1 if collection == "needs" else 2
    return [card for table in TABLES for card in (*table.cards, *table.later) if card.question == question]
