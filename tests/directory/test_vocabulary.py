"""The vocabulary over HTTP: concepts in the reader's language, found while typing, linked from texts, with own terms."""

import logging
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.directory.models import OwnTerm
from services.directory.vocabulary.linkers import Linkers
from services.directory.vocabulary.search import search_in
from services.kernel import logs
from services.vocabulary import CATEGORIES, main_language
from services.vocabulary.concepts import concepts, names
from services.vocabulary.gazetteer import Term
from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem

REPAIR = names("en")["bike_repair"][0].text
"""What the vocabulary itself calls a concept: how well it reads more than that has tests of its own."""


@pytest.fixture
def charity(hazelbrook: Quarter) -> httpx.Client:
    """An app of another organisation of the same neighbourhood."""
    return hazelbrook.app(hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}"))


def linked(api: httpx.Client, text: str, **asked: str) -> list[str]:
    return [one["concept"] for one in ok(api.post("/v1/concepts:link", json={"text": text, **asked}))["items"]]


def found(api: httpx.Client, q: str, **params: str | int) -> list[str]:
    return [one["id"] for one in ok(api.get("/v1/concepts", params={"q": q, **params}))["items"]]


def own_key() -> str:
    return f"own_{uuid4().hex[:8]}"


def own_word() -> str:
    """Return a word that nobody has ever said."""
    return "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:12])


# Concepts


def test_pages_of_concepts_follow_the_file_without_gap_or_double(hazelbrook: Quarter) -> None:
    seen: list[str] = []
    url = "/v1/concepts?limit=150"
    while url:
        answer = hazelbrook.council.get(url)
        seen += [one["id"] for one in ok(answer)["items"]]
        url = answer.links.get("next", {}).get("url", "")
    assert seen == list(concepts())


def test_a_category_is_listed_alone_and_its_pages_go_on_where_they_ended(hazelbrook: Quarter) -> None:
    wanted = [one.id for one in concepts().values() if one.category == "housing"]
    first = ok(hazelbrook.council.get("/v1/concepts", params={"category": "housing", "limit": 2}))
    params: dict[str, str | int] = {"category": "housing", "limit": 200, "cursor": first["next"]}
    rest = ok(hazelbrook.council.get("/v1/concepts", params=params))
    assert [one["id"] for one in first["items"] + rest["items"]] == wanted
    assert rest["next"] is None


def test_a_concept_is_shown_with_its_picture_its_kin_and_the_state_of_its_label(hazelbrook: Quarter) -> None:
    shown = ok(hazelbrook.council.get("/v1/concepts", params={"limit": 1}))["items"][0]
    one = next(iter(concepts().values()))
    label, *others = names("en")[one.id]
    assert shown == {
        "id": one.id, "icon": one.icon, "category": one.category, "broader": one.broader,
        "related": sorted(one.related), "esco": one.esco, "open_referral": list(one.open_referral),
        "label": label.text, "also_called": [text.text for text in others if text.kind == "also"],
        "review": label.review, "language": "en",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("params", "headers", "language"),
    [
        ({"language": "de"}, {"accept-language": "uk"}, "de"),
        ({"language": "de-AT"}, {}, "de"),
        ({}, {"accept-language": "xx, de-CH;q=0.8, en;q=0.3"}, "de"),
        ({}, {}, "en"),
        ({"language": "ja"}, {}, "en"),
        ({"language": "fa"}, {}, "prs"),
        ({"language": "fa-AF"}, {}, "prs"),
    ],
)
def test_names_are_in_the_readers_language(
    hazelbrook: Quarter, params: dict[str, str], headers: dict[str, str], language: str
) -> None:
    shown = ok(hazelbrook.council.get("/v1/concepts/find_flat", params=params, headers=headers))
    assert (shown["language"], shown["label"]) == (language, names(language)["find_flat"][0].text)


def test_what_a_language_has_no_name_for_is_shown_in_english_and_says_so(
    hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "services.directory.vocabulary.search.names", lambda tongue: names("en") if tongue == "en" else {}
    )
    shown = ok(hazelbrook.council.get("/v1/concepts/find_flat", params={"language": "de"}))
    assert (shown["language"], shown["label"]) == ("en", names("en")["find_flat"][0].text)


def test_one_concept_comes_with_all_languages_and_what_is_narrower(hazelbrook: Quarter) -> None:
    above = next(one.broader for one in concepts().values() if one.broader in concepts())
    whole = ok(hazelbrook.council.get(f"/v1/concepts/{above}"))
    assert whole["narrower"] == [one.id for one in concepts().values() if one.broader == above]
    assert {"en"} < set(whole["labels"])
    for tongue, naming in whole["labels"].items():
        assert naming["label"] == names(tongue)[above][0].text
        assert naming["review"] in ("reviewed", "unreviewed")


@pytest.mark.parametrize("concept", ["no_such_thing", "housing", "x" * 300, "%C3%A9"])
def test_what_is_no_concept_is_not_found(hazelbrook: Quarter, concept: str) -> None:
    problem(hazelbrook.council.get(f"/v1/concepts/{concept}"), 404, "not-found")


@pytest.mark.parametrize(
    "query",
    ["q=a%00b", "q=", "q=%20", "category=nothing", "limit=0", "limit=201", "cursor=!", "cursor=Wy0xXQ", "cursor=WzEuNV0",
     "cursor=W3RydWVd", "cursor=W05hTl0", "q=bike&cursor=WzFd", "language=zz", f"q={'a' * 201}"],
)  # fmt: skip
def test_a_query_that_means_nothing_is_refused(hazelbrook: Quarter, query: str) -> None:
    problem(hazelbrook.council.get(f"/v1/concepts?{query}"), 422, "invalid-request")


# Search while typing


@pytest.mark.parametrize("typed", ["bik", "BIKE R", "repair b", "bike repair"])
def test_beginnings_of_words_find_a_concept(hazelbrook: Quarter, typed: str) -> None:
    assert "bike_repair" in found(hazelbrook.council, typed)


def test_beginnings_come_before_what_is_only_alike(hazelbrook: Quarter) -> None:
    items = found(hazelbrook.council, "bike rep", limit=200)
    assert items[0] == "bike_repair"
    begun = [any(_begins(text.text, "bike rep") for text in names("en")[one]) for one in items]
    assert begun == sorted(begun, reverse=True)
    assert not all(begun)


def _begins(name: str, typed: str) -> bool:
    return all(any(word.startswith(part) for word in name.lower().split()) for part in typed.split())


def test_what_is_typed_in_full_comes_first() -> None:
    search, labels = search_in("en"), {one: names("en")[one][0].text for one in concepts()}
    assert {one: search.find(label, among=concepts().keys(), limit=1)[0].id for one, label in labels.items()} == {
        one: one for one in labels
    }


def test_a_slip_of_the_pen_is_forgiven(hazelbrook: Quarter) -> None:
    assert found(hazelbrook.council, "bicylce repa")[0] == "bike_repair"


def test_it_suggests_ten_or_as_many_as_asked(hazelbrook: Quarter) -> None:
    assert len(found(hazelbrook.council, "b")) == 10
    assert len(found(hazelbrook.council, "b", limit=3)) == 3


def test_it_looks_in_the_readers_language_and_category(hazelbrook: Quarter) -> None:
    word = names("de")["find_flat"][0].text[:6]
    assert "find_flat" in found(hazelbrook.council, word, language="de")
    assert "find_flat" in found(hazelbrook.council, word, language="de", category="housing")
    assert "find_flat" not in found(hazelbrook.council, word, language="de", category="food", limit=200)


@pytest.mark.parametrize("typed", ["qqqqzzzz", "?!"])
def test_nothing_found_says_so(hazelbrook: Quarter, typed: str) -> None:
    answer = ok(hazelbrook.council.get("/v1/concepts", params={"q": typed}))
    assert answer == {"items": [], "next": None, "note": "Nothing is called like that."}


def test_a_suggestion_takes_a_few_milliseconds() -> None:
    search, took = search_in("en"), []
    for typed in ("b", "bi", "bike rep", "bicicle", "interpreting at the docter", "zzzzzz") * 5:
        began = time.perf_counter()
        search.find(typed, among=concepts().keys(), limit=10)
        took.append(time.perf_counter() - began)
    assert statistics.median(took) < 0.02


# Linking


def test_a_text_leads_to_concepts_and_says_where(hazelbrook: Quarter) -> None:
    answer = ok(hazelbrook.council.post("/v1/concepts:link", json={"text": REPAIR, "language": "en"}))
    one = next(item for item in answer["items"] if item["concept"] == "bike_repair")
    assert one["label"] == REPAIR
    assert 0 < one["score"] <= 1
    assert 0 <= one["start"] < one["end"] <= len(REPAIR)
    assert answer["note"] is None


def test_labels_are_the_readers_whatever_the_text_is_in(hazelbrook: Quarter) -> None:
    answer = hazelbrook.council.post("/v1/concepts:link", params={"language": "fr"}, json={"text": REPAIR})
    labels = {one["concept"]: one["label"] for one in ok(answer)["items"]}
    french = names("fr")
    assert all(label == french[concept][0].text for concept, label in labels.items() if concept in french)
    assert set(labels) & set(french)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("", "There is no word in it."),
        (" \n ", "There is no word in it."),
        ("?!", "There is no word in it."),
        ("x", "One letter says too little."),
        ("\u0000\u0001 x", "One letter says too little."),
        ("qwzx vbnm kjh", "It is about nothing that the vocabulary knows."),
        ("𐎀𐎁𐎂𐎃", "It is about nothing that the vocabulary knows."),
    ],
)
def test_a_text_that_leads_to_nothing_is_told_why(hazelbrook: Quarter, text: str, note: str) -> None:
    assert ok(hazelbrook.council.post("/v1/concepts:link", json={"text": text})) == {"items": [], "note": note}


def test_a_long_text_is_read_as_far_as_it_says_and_a_longer_one_refused(hazelbrook: Quarter) -> None:
    text = (f"{REPAIR}. " * 20_000)[:100_000]
    answer = ok(hazelbrook.council.post("/v1/concepts:link", json={"text": text}))
    assert answer["items"]
    assert answer["note"] == "Only the first 2,000 characters were read."
    problem(hazelbrook.council.post("/v1/concepts:link", json={"text": text + "a"}), 422, "invalid-request")


@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": 7}, {"text": REPAIR, "language": "zz"}, {"texts": REPAIR}]
)
def test_a_question_that_means_nothing_is_refused(hazelbrook: Quarter, body: dict[str, Any]) -> None:
    problem(hazelbrook.council.post("/v1/concepts:link", json=body), 422, "invalid-request")


def test_half_a_character_is_no_fault_of_ours(hazelbrook: Quarter) -> None:
    answer = hazelbrook.council.post(
        "/v1/concepts:link", content=b'{"text": "bike \\ud800 repair"}', headers={"content-type": "application/json"}
    )
    assert answer.status_code in (200, 400, 422)


def test_the_same_question_with_the_same_key_gets_the_same_answer(hazelbrook: Quarter) -> None:
    asked = [
        hazelbrook.council.post("/v1/concepts:link", json={"text": REPAIR}, headers={"idempotency-key": "once"})
        for _ in range(2)
    ]
    assert ok(asked[0]) == ok(asked[1])
    assert asked[0].json()["items"]


def test_no_text_is_logged(hazelbrook: Quarter, capfd: pytest.CaptureFixture[str]) -> None:
    handlers = logging.getLogger().handlers
    logs.configure("INFO")
    try:
        linked(hazelbrook.council, f"canaryword {REPAIR}")
        found(hazelbrook.council, "canaryword")
    finally:
        logs.configure("WARNING")
        logging.getLogger().handlers = handlers  # not bound to this test's output, which is closed after it
    told = "".join(capfd.readouterr())
    assert "/v1/concepts:link" in told
    assert "canaryword" not in told


def test_the_vocabulary_is_for_those_who_may_read_the_directory(hazelbrook: Quarter) -> None:
    other, reader = hazelbrook.app(scopes=["matching:read"]), hazelbrook.app(scopes=["directory:read"])
    body = {"concept": "bike_repair", "text": own_word(), "language": "en"}
    for path in ("/v1/concepts", "/v1/concepts/bike_repair", "/v1/terms"):
        problem(other.get(path), 403, "forbidden")
        ok(reader.get(path))
    problem(other.post("/v1/concepts:link", json={"text": REPAIR}), 403, "forbidden")
    assert linked(reader, REPAIR)
    problem(reader.post("/v1/terms", json=body), 403, "forbidden")
    problem(hazelbrook.town.http().post("/v1/concepts:link", json={"text": REPAIR}), 401, "unauthenticated")


# A community's own terms


def test_a_term_for_one_of_our_concepts_is_linked_from_the_next_text_on_until_it_is_taken_back(
    hazelbrook: Quarter,
) -> None:
    word = own_word()
    text = f"Kann jemand {word}?"
    assert "bike_repair" not in linked(hazelbrook.council, text, language="de")
    made = hazelbrook.council.post("/v1/terms", json={"concept": "bike_repair", "text": word, "language": "de-AT"})
    term = ok(made)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert ok(hazelbrook.council.get(made.headers["location"])) == term
    assert (term["category"], term["language"], term["created_by"]) == (
        concepts()["bike_repair"].category, "de", hazelbrook.organisation,
    )  # fmt: skip
    assert linked(hazelbrook.council, text, language="de")[0] == "bike_repair"
    assert hazelbrook.council.delete(made.headers["location"]).status_code == 204
    assert "bike_repair" not in linked(hazelbrook.council, text, language="de")
    problem(hazelbrook.council.get(made.headers["location"]), 404, "not-found")


def test_a_concept_of_their_own_has_a_key_a_category_and_a_label_in_the_readers_language(hazelbrook: Quarter) -> None:
    key, german, english = own_key(), own_word(), own_word()
    body = {"concept": key, "text": german, "language": "de"}
    refused = problem(hazelbrook.council.post("/v1/terms", json=body), 422, "invalid-request")
    assert refused["errors"][0]["path"] == "/category"
    ok(hazelbrook.council.post("/v1/terms", json={**body, "category": "transport"}))
    second = ok(hazelbrook.council.post("/v1/terms", json={"concept": key, "text": english, "language": "en"}))
    assert second["category"] == "transport"
    other = {"concept": key, "text": own_word(), "language": "en", "category": "food"}
    problem(hazelbrook.council.post("/v1/terms", json=other), 422, "invalid-request")
    for language, label in (("de", german), ("en", english), ("fr", german)):
        answer = hazelbrook.council.post("/v1/concepts:link", params={"language": language}, json={"text": german})
        assert next((one["concept"], one["label"]) for one in ok(answer)["items"]) == (key, label)


def test_what_names_a_concept_already_is_refused_however_it_is_spelt(hazelbrook: Quarter) -> None:
    word = own_word()
    body = {"concept": "bike_repair", "text": word, "language": "de"}
    made = ok(hazelbrook.council.post("/v1/terms", json=body))
    for again in (word, f" {word.upper()}! "):
        problem(hazelbrook.council.post("/v1/terms", json={**body, "text": again}), 409, "term-exists")
    ok(hazelbrook.council.post("/v1/terms", json={**body, "language": "en"}))
    ok(hazelbrook.council.post("/v1/terms", json={**body, "concept": "cycling"}))
    assert hazelbrook.council.delete(f"/v1/terms/{made['id']}").status_code == 204
    ok(hazelbrook.council.post("/v1/terms", json=body))
    ours = {**body, "text": REPAIR.upper(), "language": "en"}
    problem(hazelbrook.council.post("/v1/terms", json=ours), 409, "term-exists")


def test_of_two_who_say_it_at_once_one_is_heard(hazelbrook: Quarter) -> None:
    body = {"concept": own_key(), "text": own_word(), "language": "de", "category": "food"}
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(hazelbrook.council.post("/v1/terms", json=body).status_code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [409] * 5


def test_a_repeated_post_with_its_key_adds_one_term_and_shows_it(hazelbrook: Quarter) -> None:
    body = {"concept": "cycling", "text": own_word(), "language": "de"}
    headers = {"idempotency-key": uuid4().hex}
    first, again = (hazelbrook.council.post("/v1/terms", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert ok(first) == ok(again)


def test_only_the_organisation_that_added_a_term_takes_it_back(hazelbrook: Quarter, charity: httpx.Client) -> None:
    body = {"concept": "cycling", "text": own_word(), "language": "de"}
    url = f"/v1/terms/{ok(charity.post('/v1/terms', json=body))['id']}"
    assert ok(hazelbrook.council.get(url))["text"] == body["text"]
    problem(hazelbrook.council.delete(url), 403, "held-by-another")
    problem(charity.delete(url, headers={"if-match": '"7"'}), 412, "stale-version")
    assert charity.delete(url).status_code == 204
    problem(charity.delete(url), 404, "not-found")


def test_another_neighbourhood_neither_sees_nor_feels_a_term(hazelbrook: Quarter, lindenau: Quarter) -> None:
    word = own_word()
    made = ok(hazelbrook.council.post("/v1/terms", json={"concept": "cycling", "text": word, "language": "de"}))
    assert linked(hazelbrook.council, word) == ["cycling"]
    assert linked(lindenau.council, word) == []
    foreign, unknown = (lindenau.council.get(f"/v1/terms/{one}") for one in (made["id"], uuid4()))
    assert problem(foreign, 404, "not-found") == problem(unknown, 404, "not-found")
    problem(lindenau.council.delete(f"/v1/terms/{made['id']}"), 404, "not-found")
    assert made["id"] not in lindenau.council.get("/v1/terms", params={"limit": 200}).text
    ok(lindenau.council.post("/v1/terms", json={"concept": "cycling", "text": word, "language": "de"}))


def test_pages_of_terms_follow_one_another_without_gap_or_double(lindenau: Quarter) -> None:
    bodies = [{"concept": "cycling", "text": own_word(), "language": "de"} for _ in range(5)]
    made = [ok(lindenau.council.post("/v1/terms", json=body))["id"] for body in bodies]
    seen: list[str] = []
    url = "/v1/terms?limit=2"
    while url:
        answer = lindenau.council.get(url)
        seen += [one["id"] for one in ok(answer)["items"]]
        url = answer.links.get("next", {}).get("url", "")
    assert seen[-5:] == made
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"concept": "Bike", "text": "A", "language": "en"}, "/concept"),
        ({"concept": "b", "text": "A", "language": "en"}, "/concept"),
        ({"concept": "b" * 41, "text": "A", "language": "en"}, "/concept"),
        ({"concept": "bike_repair\n", "text": "A", "language": "en"}, "/concept"),
        ({"concept": "housing", "text": "A", "language": "en", "category": "housing"}, "/concept"),
        ({"concept": "bike_repair", "text": "A", "language": "en", "category": "food"}, "/category"),
        ({"concept": "brand_new", "text": "A", "language": "en", "category": "nothing"}, "/category"),
        ({"concept": "bike_repair", "text": "?!", "language": "en"}, "/text"),
        ({"concept": "bike_repair", "text": "a\x00", "language": "en"}, "/text"),
        ({"concept": "bike_repair", "text": "a" * 201, "language": "en"}, "/text"),
        ({"concept": "bike_repair", "text": "A", "language": "zz"}, "/language"),
        ({"concept": "bike_repair", "text": "A"}, "/language"),
    ],
)
def test_a_bad_term_names_the_field(hazelbrook: Quarter, body: dict[str, str], path: str) -> None:
    refused = problem(hazelbrook.council.post("/v1/terms", json=body), 422, "invalid-request")
    assert [error["path"] for error in refused["errors"]] == [path]


def test_facts_about_terms_name_no_concept(hazelbrook: Quarter) -> None:
    body = {"concept": own_key(), "text": own_word(), "language": "de", "category": "food"}
    made = ok(hazelbrook.council.post("/v1/terms", json=body))
    assert hazelbrook.council.delete(f"/v1/terms/{made['id']}").status_code == 204
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        query = "select type, ids from directory.events where subject = %s order by seq"
        facts = connection.execute(query, (made["id"],)).fetchall()
    assert facts == [(f"term.{done}", {"by": hazelbrook.organisation}) for done in ("created", "deleted")]


def told(matching: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(matching.get("/internal/terms"))["items"]
    return found


def test_matching_is_told_all_terms_of_its_tenant_and_no_others(
    hazelbrook: Quarter, lindenau: Quarter, inside: Inside
) -> None:
    body = {"concept": own_key(), "text": own_word(), "language": "de", "category": "food"}
    made = ok(hazelbrook.council.post("/v1/terms", json=body))
    ours = [one for one in told(inside(hazelbrook)) if one["id"] == made["id"]]
    assert ours == [{"id": made["id"], **body}]
    assert made["id"] not in [one["id"] for one in told(inside(lindenau))]
    problem(hazelbrook.council.get("/internal/terms"), 404, "not-found")


def test_matching_keeps_the_terms_it_is_told_of(hazelbrook: Quarter) -> None:
    made = ok(hazelbrook.council.post("/v1/terms", json={"concept": "cycling", "text": own_word(), "language": "de"}))
    query = "select text from matching.terms where id = %s"
    for _ in _until(15):
        with psycopg.connect(hazelbrook.town.admin_url) as connection:
            if connection.execute(query, (made["id"],)).fetchone() == (made["text"],):
                return
    raise AssertionError("matching was not told")


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.1)


def term(concept: str, text: str) -> OwnTerm:
    return OwnTerm(id=uuid4(), concept=concept, category="food", text=text, plain=text, language="de",
                   created_by=uuid4())  # fmt: skip


async def test_a_reader_is_made_once_for_the_same_terms_and_the_longest_unused_is_dropped() -> None:
    linkers = Linkers(most=2)
    one, two, three = uuid4(), uuid4(), uuid4()
    made = await linkers.make(one, (1, 0), [term("cycling", "zweirad")])
    assert made.own == (Term("cycling", "zweirad", "de"),)
    assert await linkers.make(one, (1, 0), [term("cycling", "zweirad")]) is made
    assert linkers.get(one, (2, 1)) is None
    await linkers.make(two, (0, 0), [])
    assert linkers.get(one, (1, 0)) is made
    await linkers.make(three, (0, 0), [])
    assert linkers.get(two, (0, 0)) is None
    assert linkers.get(one, (1, 0)) is made


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-AT", "de"), ("fa", "prs"), ("prs", "prs"), ("sr-Latn-RS", "sr")]
)
def test_a_language_is_kept_as_linkers_tell_it_apart(tag: str, language: str) -> None:
    assert main_language(tag) == language


def test_no_category_is_a_concept() -> None:
    assert CATEGORIES.keys().isdisjoint(concepts())
