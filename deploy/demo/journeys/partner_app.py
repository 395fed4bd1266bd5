"""The first journey: a newcomer, a partner app, and what comes of asking what she can do as well as what she needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from deploy.demo.client import Api, Refused, wait_for
from deploy.demo.founding import Quarter, register
from deploy.demo.neighbourhood import (
    GOOD_NEIGHBOURS,
    HELPERS,
    LANGUAGES,
    LEARNERS,
    LEYLA,
    OTHERS,
    TIME_BANK,
    Neighbour,
    Wish,
)
from deploy.demo.story import Story, hours, listed

HALF_PAST_ONE = 90 * 60
_GATES = {
    "language": "they share no language",
    "means": "they would not meet in the same way",
    "distance": "they live too far apart",
    "availability": "they are never free at the same time",
    "capacity": "there is no place left",
    "relevance": "their offer is about something else",
}


@dataclass(slots=True)
class PartnerApp:
    """What the journey saw, for whoever wants to check it."""

    need: str = ""
    offer: str = ""
    questions_in: str = ""
    arabic_shown_in: str = ""
    candidates: Sequence[Mapping[str, Any]] = ()
    held_back: Mapping[str, Any] = field(default_factory=dict)
    reasons_in_german: Sequence[str] = ()
    too_early: str = ""
    states: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    balances_before: Mapping[str, int] = field(default_factory=dict)
    balances_after: Mapping[str, int] = field(default_factory=dict)
    gap_before: Mapping[str, Any] = field(default_factory=dict)
    gap_after: Mapping[str, Any] = field(default_factory=dict)
    seen_before_revoking: bool = False
    seen_after_revoking: bool = True
    candidates_in_her_name: int = -1
    states_after_revoking: Sequence[str] = ()


def play(story: Story, quarter: Quarter) -> PartnerApp:
    """Play the journey in a freshly founded Hazelbrook; return what was seen."""
    journey = Journey(story, quarter)
    journey.meet_the_neighbours()
    journey.assess()
    journey.publish()
    journey.look_for_candidates()
    journey.agree()
    journey.introduce()
    journey.give_hours()
    journey.say_how_it_was()
    journey.revoke()
    return journey.seen


class Journey:
    """The steps of the journey, in their order; each leaves what it saw in `seen`."""

    def __init__(self, story: Story, quarter: Quarter) -> None:
        self.story = story
        self.quarter = quarter
        self.app = quarter.api(GOOD_NEIGHBOURS)
        self.bank = quarter.api(TIME_BANK)
        self.seen = PartnerApp()
        self.leyla = self.app
        self._assessment = ""
        self._match = ""
        self._lunch = ""

    # --- who is there --------------------------------------------------------------------------------------------

    def meet_the_neighbours(self) -> None:
        """Register everybody, and put up what the others offer and need."""
        register(self.quarter, TIME_BANK, HELPERS)
        register(self.quarter, GOOD_NEIGHBOURS, (*LEARNERS, *OTHERS, LEYLA))
        self.leyla = self.quarter.apps[GOOD_NEIGHBOURS].as_person(self._id(LEYLA))
        self.story.chapter("Leyla comes to Hazelbrook: a partner app asks what she can do, and what she needs")
        self.story.tell("These are some of the people of Hazelbrook:")
        for person in (LEYLA, *LEARNERS, *HELPERS, *OTHERS):
            self.story.item(_introduced(person))
        for person in HELPERS:
            self._put_up(self.bank, person)
        for person in OTHERS:
            self._put_up(self.app, person)

    def _put_up(self, api: Api, person: Neighbour) -> None:
        owner = {"participant_id": self._id(person)}
        for offer in person.offers:
            api.post("/v1/offers", {**offer.body(), **owner})
        for need in person.needs:
            made = api.post("/v1/needs", {**need.body(), **owner})
            if person.called == "Winston":
                self._lunch = made["id"]

    def _id(self, person: Neighbour) -> str:
        return self.quarter.people[person.called]

    # --- the assessment ------------------------------------------------------------------------------------------

    def assess(self) -> None:
        """Run the needs-and-capabilities assessment with Leyla in German, and with four others more briefly."""
        instrument = _newest(self.app, "needs-and-capabilities", language="de")
        questions = self.app.get(f"/v1/instruments/{instrument['id']}", language="de")
        self.seen.questions_in = questions["shown"]
        asked = {question["id"]: question["text"] for question in questions["questions"]}
        self.story.tell(
            f"{LEYLA.called} has agreed that Good Neighbours may assess, match and introduce her. Their app runs the",
            f'"{instrument["title"]}" with her, in German, which is her language:',
        )
        self._assessment = self._answered(LEYLA, instrument["id"], "de", _answers(LEYLA))
        for key, wish in (("activities", LEYLA.offers[0]), ("needs", LEYLA.needs[0])):
            self.story.item(asked[key])
            self.story.item(f"“{wish.text}” ({wish.meaning})", depth=1)
        arabic = self.app.get(f"/v1/instruments/{instrument['id']}", language="ar")
        self.seen.arabic_shown_in = arabic["shown"]
        self.story.tell(
            "Amina speaks Arabic. The Arabic questions have not been read by a native speaker yet, and say so: an",
            "interpreter must be there before a consent counts. She answers in Arabic.",
        )
        for person in LEARNERS:
            assessment = self._answered(person, instrument["id"], person.needs[0].language, _answers(person))
            self._publish_need(assessment, person.needs[0], agreed=person.needs[0].language)

    def _answered(self, person: Neighbour, instrument: str, language: str, answers: Mapping[str, Any]) -> str:
        started = self.app.post(
            "/v1/assessments",
            {
                "participant_id": self._id(person),
                "instrument_id": instrument,
                "language": language,
                "interpreter": _interpreter(language),
            },
        )
        home = f"/v1/assessments/{started['id']}"
        for question, value in answers.items():
            self.app.put(f"{home}/answers/{question}", {"value": value, "language": language})
        self.app.post(f"{home}:complete")
        return str(started["id"])

    def _publish_need(self, assessment: str, wish: Wish, *, agreed: str) -> None:
        home = f"/v1/assessments/{assessment}/needs"
        stated = self.app.get(home)["items"][0]
        self.app.post(f"{home}/{stated['id']}:publish", _terms(wish, agreed=agreed))

    # --- matching ------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Publish what Leyla said, and wait until it has travelled to matching."""
        self._publish_need(self._assessment, LEYLA.needs[0], agreed="de")
        home = f"/v1/assessments/{self._assessment}/capabilities"
        capability = self.app.get(home)["items"][0]
        self.app.post(f"{home}/{capability['id']}:publish", _terms(LEYLA.offers[0], agreed="de"))
        self.seen.need = self._listing("needs")
        self.seen.offer = self._listing("offers")
        self.story.tell(
            "With her consent both are published. What others will read is only this: needed –",
            f"“{LEYLA.needs[0].released}”; offered – “{LEYLA.offers[0].released}”.",
        )
        self.seen.gap_before = wait_for(self._five_needs, what="The fifth need")
        self._tell_gap(self.seen.gap_before, "The council's gap report now says about language:")

    def _listing(self, collection: str) -> str:
        def look() -> str | None:
            found = self.app.get(f"/v1/{collection}", participant_id=self._id(LEYLA))["items"]
            return found[0]["id"] if found else None

        return wait_for(look, what=f"Leyla's entry among the {collection}")

    def _gap(self) -> dict[str, Any]:
        found: dict[str, Any] = self.app.get("/v1/reports/gaps", category="language")["items"][0]
        return found

    def _five_needs(self) -> dict[str, Any] | None:
        gap = self._gap()
        return gap if gap["needs"]["count"] == 5 else None

    def _tell_gap(self, gap: Mapping[str, Any], opening: str) -> None:
        words = [f"{name}: {gap[name]['shown']}" for name in ("needs", "met", "unmet")]
        self.story.tell(opening, f"{', '.join(words)}.")

    def look_for_candidates(self) -> None:
        """Ask who fits Leyla's need; she keeps Graham away from her first, which nobody is told."""
        self.app.post(f"/v1/participants/{self._id(LEYLA)}/blocks", {"other_id": self.quarter.people["Graham"]})
        path = f"/v1/needs/{self.seen.need}/candidates"
        answer = wait_for(lambda: _full(self.app.get(path)), what="A candidate for Leyla")
        german = self.app.get(path, language="de")
        self.seen.candidates, self.seen.held_back = answer["items"], answer["held_back"]
        self.seen.reasons_in_german = german["items"][0]["reasons"]
        self.story.tell(
            "Who could practise English with her? Cando names", _number(len(answer["items"])), "and says why:"
        )
        for candidate in answer["items"]:
            self._tell_candidate(candidate)
        self.story.tell(f"Leyla reads the reasons in German: “{german['items'][0]['reasons'][0]}”")
        self.story.tell("It also says how many others were held back, and by what (fewer than five are “a few”):")
        for gate, count in answer["held_back"].items():
            self.story.item(f"{count}, because {_GATES.get(gate, gate)}")
        self.story.tell(
            "Two more are neither named nor counted: Agnes, who has asked not to be asked, and Graham, whom Leyla",
            "prefers not to meet. Silence protects both.",
        )

    def _tell_candidate(self, candidate: Mapping[str, Any]) -> None:
        self.story.item(f"“{candidate['title']}” – {candidate['score']:.0%}")
        self.story.items(candidate["reasons"], depth=1)

    def agree(self) -> None:
        """Propose the best, and let both sides accept; the hours are held at that moment."""
        self._open_accounts()
        best = self.seen.candidates[0]
        match = self.app.post("/v1/matches", {"need_id": self.seen.need, "offer_id": best["offer_id"]})
        self._match = f"/v1/matches/{match['id']}"
        try:
            self.app.post(f"{self._match}/introduction")
        except Refused as refused:
            self.seen.too_early = refused.slug
        first = self.leyla.post(f"{self._match}:accept", {"side": "need"})
        second = self.bank.post(f"{self._match}:accept", {"side": "offer"})
        self.seen.states += [match["state"], first["state"], second["state"]]
        self.story.tell(
            f"Good Neighbours proposes “{best['title']}”. Until both have agreed nobody learns a name or a number.",
            "Leyla says yes on her own phone; the time bank says yes for its member.",
            f"It is an exchange for time credits: {hours(match['seconds'])} are set aside on Leyla's account.",
        )

    def _open_accounts(self) -> None:
        for number, called in enumerate(("Leyla", "Margaret"), start=1):
            owner = {"kind": "participant", "id": self.quarter.people[called]}
            self.bank.upsert("accounts", system="hazelbrook-time-bank", value=f"member-{number}", body={"owner": owner})
        self.seen.balances_before = self._balances()

    def _balances(self) -> dict[str, int]:
        names = {self.quarter.people[called]: called for called in ("Leyla", "Margaret")}
        accounts = self.bank.each("/v1/accounts", owner_kind="participant")
        found = {names[one["owner"]["id"]]: one for one in accounts if one["owner"]["id"] in names}
        return {called: found[called]["balance_seconds"] for called in names.values()}

    # --- meeting -------------------------------------------------------------------------------------------------

    def introduce(self) -> None:
        """Release contacts, each to the other side."""
        for side in (self.leyla, self.bank):
            answer = side.post(f"{self._match}/introduction")
            self.seen.contacts += [entry["value"] for entries in answer["contacts"].values() for entry in entries or []]
        self.seen.states.append(answer["match"]["state"])
        self.seen.states.append(self.app.post(f"{self._match}:activate")["state"])
        self.story.tell(
            f"Only now are the two introduced. Leyla is told how to reach her helper: {self.seen.contacts[0]};",
            f"the time bank is told Leyla's number: {self.seen.contacts[1]}. Both releases are on record.",
        )

    def give_hours(self) -> None:
        """State the hours, confirm them from both sides, and see the credits move."""
        today = datetime.now(UTC).date().isoformat()
        stated = self.bank.post(f"{self._match}/hours", {"seconds": HALF_PAST_ONE, "day": today})
        confirm = f"{self._match}/hours/{stated['id']}:confirm"
        self.bank.post(confirm, {"side": "offer"})
        self.leyla.post(confirm, {"side": "need"})
        self.seen.balances_after = wait_for(self._moved, what="The credits")
        self.story.tell("They meet for an hour and a half. Both confirm the hours, and the credits move:")
        before, after = self.seen.balances_before, self.seen.balances_after
        rows = [(called, hours(before[called]), hours(after[called])) for called in before]
        self.story.table(rows, head=("account of", "before", "after"))
        self.story.tell(
            "One hour given is one credit, whatever the skill. A newcomer may receive before she has given."
        )

    def _moved(self) -> dict[str, int] | None:
        balances = self._balances()
        return balances if balances != self.seen.balances_before else None

    def say_how_it_was(self) -> None:
        """Give feedback from both sides, complete the match, and see the gap report change."""
        words = "I dared to speak on the telephone for the first time"
        self.leyla.post(
            f"{self._match}/feedback", {"side": "need", "rating": 5, "outcome_text": words, "would_again": True}
        )
        self.bank.post(f"{self._match}/feedback", {"side": "offer", "rating": 5, "would_again": True})
        self.seen.states.append(self.app.post(f"{self._match}:complete")["state"])
        self.seen.gap_after = wait_for(self._changed_gap, what="The change in the gap report")
        self.story.tell(f"Leyla's feedback, five of five: “{words}.” Her need is met.")
        self._tell_gap(self.seen.gap_after, "The gap report has changed:")
        self.story.tell(
            "Of so few people a number below five could tell on somebody, and the one beside it would give it away:",
            "so both are withheld.",
        )

    def _changed_gap(self) -> dict[str, Any] | None:
        gap = self._gap()
        return gap if gap["unmet"] != self.seen.gap_before["unmet"] else None

    # --- taking it back ------------------------------------------------------------------------------------------

    def revoke(self) -> None:
        """Let Leyla take her consent back: everything of hers is gone on the very next request."""
        self.seen.seen_before_revoking = self.winston_sees_her()
        self.take_back_consent()
        self.seen.seen_after_revoking = self.winston_sees_her()
        self.seen.candidates_in_her_name = self._candidates_in_her_name()
        self.seen.states_after_revoking = wait_for(self._withdrawn, what="The withdrawal of what Leyla had published")
        self.story.tell(
            "Winston's lunch club looks for a cook, and Leyla's offer is among its candidates. Now she takes",
            "back her consent to be matched. On the very next request her offer is gone from Winston's list, and",
            "nobody can ask for candidates in her name. A moment later everything she had published is withdrawn.",
            "The hours she received, and what she owes the community for them, stay true.",
        )

    def winston_sees_her(self) -> bool:
        """Say whether Leyla's offer is among the candidates of Winston's lunch club now."""
        answer = self.app.get(f"/v1/needs/{self._lunch}/candidates")
        return any(candidate["offer_id"] == self.seen.offer for candidate in answer["items"])

    def take_back_consent(self) -> None:
        """Let Leyla revoke every consent to be matched, on her own phone."""
        own = f"/v1/participants/{self._id(LEYLA)}/consents"
        for grant in self.leyla.get(own)["items"]:
            if grant["purpose"] == "matching" and grant["live"]:
                self.leyla.post(f"{own}/{grant['id']}:revoke")

    def _candidates_in_her_name(self) -> int:
        """Return how many candidates her offer still gets: refused, or none once it has been withdrawn."""
        try:
            return len(self.app.get(f"/v1/offers/{self.seen.offer}/candidates")["items"])
        except Refused as refused:
            if refused.status != 404:
                raise
            return 0

    def _withdrawn(self) -> list[str] | None:
        found = self.app.get("/v1/offers", participant_id=self._id(LEYLA))["items"]
        states = [one["state"] for one in found]
        return states if set(states) == {"withdrawn"} else None


def _introduced(person: Neighbour) -> str:
    words = [f"{person.called} speaks {listed(person.spoken)}"]
    words += [f"offers “{offer.title}”" for offer in person.offers if offer.language == "en"]
    words += [f"needs “{need.title}”" for need in person.needs if need.language == "en"]
    return ", ".join(words)


def _answers(person: Neighbour) -> dict[str, Any]:
    """Return the answers to the instrument's questions, as the person gives them."""
    activities = [
        {"text": offer.text, "category": offer.category, "willing": "yes", "means": list(offer.means)}
        for offer in person.offers
    ]
    needs = [{"text": need.text, "category": need.category, "urgency": "soon"} for need in person.needs]
    agreed = {"consent_record": True, "consent_see": True, "consent_match": True}
    return {**agreed, "activities": activities, "willing": "yes" if activities else "perhaps", "needs": needs}


def _terms(wish: Wish, *, agreed: str) -> dict[str, Any]:
    """Return how a wish is made known, and that she has agreed to it, asked in the language `agreed`."""
    kept = {"title", "released_text", "means", "minutes", "exchange"}
    consent = {"given": True, "method": "spoken", "language": agreed, "interpreter": _interpreter(agreed)}
    return {**{name: value for name, value in wish.body().items() if name in kept}, "consent": consent}


def _interpreter(language: str) -> str | None:
    """Return who interprets where the questions have not been read by a native speaker."""
    return None if language in ("de", "en") else f"Volunteer for {LANGUAGES[language]}"


def _newest(app: Api, name: str, *, language: str) -> Mapping[str, Any]:
    some = [one for one in app.each("/v1/instruments", language=language) if one["name"] == name]
    newest: Mapping[str, Any] = max(some, key=lambda one: int(one["version"]))
    return newest


def _full(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return answer if answer["items"] else None


def _number(count: int) -> str:
    return {1: "one", 2: "two", 3: "three", 4: "four"}.get(count, str(count))
