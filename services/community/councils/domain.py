"""The rules of a council: its steps, who may vote how often, and what an election must never do in silence.

An election by ballot is closed before it is counted, so that nobody reads the box between two votes; a show of hands
has been seen by everybody, and is counted from `open`:

    open ── close-voting (ballot) ──> closed ── settle ──> settled
      │                                 └────── settle ──> tied ── settle, with how ──> settled
      └── settle (meeting) ──> settled or tied

Invalid
└── UnknownCandidate       422  nobody of that id stands here
Conflict
├── VotesExceeded          409  more votes than people, or than each has
├── AlreadyVoted           409  a ballot is cast once; nobody can find it again to replace it
├── ElectionClosed         409  it takes no counts and no ballots any more
├── VotingOpen             409  ballots are still cast; nothing is said of them before the vote is closed
├── NotInElectorate        409  that language community has no vote here
├── TooFewCandidates       409  more seats than people to take them
├── QuotaUnmet             409  a quota asks for more people than stand
├── ElectionTied           409  the next by votes are tied; say how it was settled
└── SettlementUnfit        409  those chosen are not of the tied, not enough, or break a quota
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from services.community.councils.counting import Rules, Standing, fits
from services.kernel.problems import Conflict, IllegalState, Invalid

CouncilState = Literal["forming", "electing", "elected", "ended"]
CandidateState = Literal["standing", "withdrawn"]
Method = Literal["meeting", "ballot"]
Together = Literal["all_together", "by_language"]
ElectionState = Literal["open", "closed", "tied", "settled"]
MemberState = Literal["serving", "left", "ended"]
SettledBy = Literal["lot", "runoff", "agreement"]

FIRST_YEAR_LIMIT = 100_000
"""What one project may cost in a council's first year: 1,000 euros. More is decided, with a reason."""
FEWEST_SHOWN = 3
"""Of fewer secret ballots than this, what each candidate got would show who chose whom."""
_PREPARING = frozenset({"forming", "elected"})


class UnknownCandidate(Invalid):
    slug = "unknown-candidate"
    title = "Nobody of that id stands in this election"


class VotesExceeded(Conflict):
    slug = "votes-exceeded"
    title = "More votes than there may be"


class AlreadyVoted(Conflict):
    slug = "already-voted"
    title = "This voter has voted; a secret ballot cannot be found again and replaced"


class ElectionClosed(Conflict):
    slug = "election-closed"
    title = "The election takes no votes any more"


class VotingOpen(Conflict):
    slug = "voting-open"
    title = "Close the vote before it is counted"


class NotInElectorate(Conflict):
    slug = "not-in-electorate"
    title = "That language community has no vote for this"


class TooFewCandidates(Conflict):
    slug = "too-few-candidates"
    title = "There are more seats than candidates with votes; send leave_vacant to leave the others empty"


class QuotaUnmet(Conflict):
    slug = "quota-unmet"
    title = "Fewer stand than a quota asks for; send leave_vacant to leave those seats empty"


class ElectionTied(Conflict):
    slug = "election-tied"
    title = "Candidates are tied; say how it was settled"


class SettlementUnfit(Conflict):
    slug = "settlement-unfit"
    title = "Those chosen do not settle this tie"


def check_preparing(state: str) -> None:
    """Raise IllegalState while an election is under way and after the council's end."""
    if state not in _PREPARING:
        raise IllegalState(f"While a council is {state}, candidates, electorates and rules stay as they are.")


def check_term(*, term_starts: date | None, term_ends: date | None) -> None:
    """Raise Invalid for a term that ends before it starts."""
    if term_starts and term_ends and term_ends < term_starts:
        raise Invalid.field("/term_ends", "is before term_starts")


def check_quotas(quotas: Iterable[Mapping[str, object]], *, seats: int) -> None:
    """Raise Invalid for a quota that asks for more seats than there are."""
    if any(int(str(quota["at_least"])) > seats for quota in quotas):
        raise Invalid.field("/quotas", "asks for more seats than there are")


def check_ending(state: str) -> None:
    """Raise IllegalState for a council that has ended, or that is in the middle of an election."""
    if state not in _PREPARING:
        raise IllegalState(f"A council that is {state} cannot be ended.")


def check_agreed(agreed: int | None, *, people: int) -> None:
    """Raise Invalid when more have agreed than there are."""
    if agreed is not None and agreed > people:
        raise Invalid.field("/agreed", "is more than people")


def check_open(state: str) -> None:
    """Raise ElectionClosed once the vote is closed, or the votes are counted."""
    if state != "open":
        raise ElectionClosed


def check_countable(state: str, *, method: str) -> None:
    """Raise ElectionClosed for what is settled, VotingOpen while ballots may still be cast."""
    if state == "settled":
        raise ElectionClosed("It is settled.")
    if method == "ballot" and state == "open":
        raise VotingOpen


def check_method(method: str, needed: Method) -> None:
    """Raise IllegalState for a ballot in a meeting's show of hands, or counts of hands in a secret vote."""
    if method != needed:
        raise IllegalState(f"This election is held by {method}.")


def check_electorates(reserved: Mapping[str, int] | None, *, electorates: Collection[str]) -> None:
    """Raise NotInElectorate when seats are kept for a language community that is not among the electorates."""
    if strange := sorted(set(reserved or {}) - set(electorates)):
        raise NotInElectorate(f"No electorate is noted for {', '.join(strange)}.")


def check_language(language: str | None, *, needed: bool) -> None:
    """Raise Invalid when nobody says for which language community a voter votes, and it matters."""
    if needed and language is None:
        raise Invalid.field("/language", "is needed: each language community votes for itself")


def check_chosen(chosen: Sequence[UUID], *, tied: Collection[UUID], places: int) -> None:
    """Raise SettlementUnfit unless `chosen` are as many of the tied as there are places."""
    if len(set(chosen)) != len(chosen) or len(chosen) != places or any(one not in tied for one in chosen):
        raise SettlementUnfit(f"Choose {places} of the {len(tied)} who are tied.", tied=[str(one) for one in tied])


def check_serving(state: str) -> None:
    """Raise IllegalState for a member whose time is over already."""
    if state != "serving":
        raise IllegalState("Only a member who serves can leave.")


def check_leaving(on: date, *, since: date) -> None:
    """Raise Invalid for somebody who is said to leave before she came."""
    if on < since:
        raise Invalid.field("/on", "is before the member's term began")


def check_standing(chosen: Iterable[UUID], standing: Collection[UUID]) -> None:
    """Raise UnknownCandidate when one of `chosen` does not stand."""
    if any(one not in standing for one in chosen):
        raise UnknownCandidate


def check_votes(
    votes: Mapping[str, Sequence[int]], *, present: Mapping[str, int], each: int, together: bool, total: int
) -> None:
    """Raise VotesExceeded unless those present could have given these votes.

    `votes` are the votes of each language's candidates; where all vote together, only the total of heads counts.
    """
    if together:
        _check_heads([one for some in votes.values() for one in some], heads=total, each=each)
        return
    for language, some in votes.items():
        if language not in present:
            raise NotInElectorate(f"Nobody is counted as present of the language {language}.")
        _check_heads(some, heads=present[language], each=each)


def _check_heads(votes: Sequence[int], *, heads: int, each: int) -> None:
    if any(one > heads for one in votes):
        raise VotesExceeded(f"A candidate has more votes than the {heads} who were present.")
    if sum(votes) > heads * each:
        raise VotesExceeded(f"{heads} people with {each} each have {heads * each} votes.")


def check_present(present: Mapping[str, int], total: int, *, electorate: Mapping[str, int]) -> None:
    """Raise VotesExceeded when more people voted than may, all together or of one language community."""
    for language, heads in present.items():
        if language not in electorate:
            raise NotInElectorate(f"The language {language} has no electorate here.")
        if heads > electorate[language]:
            raise VotesExceeded(f"Only {electorate[language]} people of the language {language} may vote.")
    if sum(present.values()) > total:
        raise VotesExceeded(f"The language communities add up to more than the {total} who were present.")
    if electorate and total > sum(electorate.values()):
        raise VotesExceeded(f"Only {sum(electorate.values())} people may vote.")


def check_choices(languages: Sequence[str], *, each: int, own: str | None) -> None:
    """Raise VotesExceeded for more choices than votes; NotInElectorate for another community's candidate.

    `languages` are those of the candidates chosen; `own` is the voter's where each community elects its own.
    """
    if len(languages) > each:
        raise VotesExceeded(f"Each voter has {each}.")
    if own is not None and any(language != own for language in languages):
        raise NotInElectorate("In this election each language community votes for its own candidates.")


def rules(seats: int, *, reserved: Mapping[str, int] | None, quotas: Iterable[Mapping[str, object]]) -> Rules:
    """Return the rules of a count: seats reserved for a language work like a quota for it."""
    languages = Counter(reserved or {})
    lines: Counter[str] = Counter()
    for quota in quotas:
        wanted = languages if quota["by"] == "language" else lines
        name, least = str(quota["of"]), int(str(quota["at_least"]))
        wanted[name] = max(wanted[name], least)
    return Rules(seats, dict(languages), dict(lines))


def check_enough(pool: Sequence[Standing], wanted: Rules, *, reserved: Mapping[str, int] | None) -> None:
    """Raise TooFewCandidates or QuotaUnmet when seats or quotas ask for more people than have votes."""
    there = Counter(one.language for one in pool)
    for language, seats in (reserved or {}).items():
        if there[language] < seats:
            detail = f"{seats} seats are for the language {language}; {there[language]} of its candidates have votes."
            raise TooFewCandidates(detail, seats=seats, candidates=there[language])
    if len(pool) < wanted.seats:
        detail = f"{wanted.seats} seats; {len(pool)} candidates have votes."
        raise TooFewCandidates(detail, seats=wanted.seats, candidates=len(pool))
    lines = Counter(line for one in pool for line in one.lines)
    for found, asked in ((there, wanted.languages), (lines, wanted.lines)):
        for name, least in asked.items():
            if found[name] < least:
                raise QuotaUnmet(f"{least} are to be of {name}; {found[name]} candidates with votes are.")


def check_together(pool: Sequence[Standing], wanted: Rules) -> None:
    """Raise QuotaUnmet when the quotas can be met one by one, but not all of them with these seats."""
    if not fits([], pool, wanted):
        raise QuotaUnmet(
            f"No {wanted.seats} of the candidates meet all quotas together; before an election, change quotas or seats."
        )


def with_vacancies(pool: Sequence[Standing], wanted: Rules) -> Rules:
    """Return the rules with those seats taken away that nobody is there for."""
    there = Counter(one.language for one in pool)
    lines = Counter(line for one in pool for line in one.lines)
    missing = sum(max(0, least - there[name]) for name, least in wanted.languages.items())
    missing += sum(max(0, least - lines[name]) for name, least in wanted.lines.items())
    return replace(
        wanted,
        seats=min(max(0, wanted.seats - missing), len(pool)),
        languages={name: min(least, there[name]) for name, least in wanted.languages.items()},
        lines={name: min(least, lines[name]) for name, least in wanted.lines.items()},
    )


def with_all_vacancies(pool: Sequence[Standing], wanted: Rules) -> Rules:
    """Return rules that `pool` meets in every case: seats are left empty until what remains fits together.

    An empty seat counts towards every quota, so that no community loses by its name; the votes fill the others.
    """
    found = with_vacancies(pool, wanted)
    for empty in range(wanted.seats - found.seats, wanted.seats + 1):
        if fits([], pool, found):
            break
        found = replace(
            found,
            seats=min(wanted.seats - empty, len(pool)),
            languages={name: max(0, min(found.languages[name], n - empty)) for name, n in wanted.languages.items()},
            lines={name: max(0, min(found.lines[name], n - empty)) for name, n in wanted.lines.items()},
        )
    return found


def withheld(turnout: Mapping[str | None, int], languages: Mapping[UUID, str], *, together: bool) -> Collection[UUID]:
    """Return the candidates whose counts are not shown: too few cast a secret ballot where they were voted for.

    `languages` are those of the candidates; where all vote together, one box holds the ballots of all.
    """
    heads = sum(turnout.values())
    boxes = dict.fromkeys(languages.values(), heads) if together else turnout
    return [one for one, language in languages.items() if 0 < boxes.get(language, 0) < FEWEST_SHOWN]
