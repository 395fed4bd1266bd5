"""The room behind the real gateway and beside the real directory: a council elected and a project paid for over HTTP."""

from tests.town import Quarter, ok, problem

COUNCIL = {
    "name": "Council of the Linden quarter", "language": "en", "languages": ["ti"], "seats": 1,
    "task": "Give the language communities a voice.",
}  # fmt: skip


def test_a_council_is_elected_by_ballot_and_agrees_to_a_project(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    home = f"/v1/councils/{ok(api.post('/v1/councils', json=COUNCIL))['id']}"
    ok(api.post(f"{home}/electorates", json={"language": "ti", "people": 3, "agreed": 2}))
    person = hazelbrook.register("Almond", purposes=("assessment",))["id"]
    body = {"name_shown": "Almond", "language": "ti", "speaks_for": ["women"], "participant_id": person}
    candidate = ok(api.post(f"{home}/candidates", json=body))["id"]
    opening = {"method": "ballot", "electorate": "all_together", "held_on": "2026-11-21"}
    election = f"{home}/elections/{ok(api.post(f'{home}/elections', json=opening))['id']}"
    for voter in ("voter 1", "voter 2", "voter 3"):
        ok(api.put(f"{election}/ballots/{voter}", json={"candidates": [candidate], "language": "ti"}))
    again = api.put(f"{election}/ballots/voter 1", json={"candidates": []})
    problem(again, 409, "already-voted")
    problem(api.post(f"{election}:settle", json={}), 409, "voting-open")
    ok(api.post(f"{election}:close-voting"))
    settled = ok(api.post(f"{election}:settle", json={}))
    assert settled["result"]["elected"] == [{"candidate_id": candidate, "votes": 3}]
    proposal = {"title": "Cleaning plan", "language": "en", "council_id": home.rpartition("/")[2], "budget": 1000}
    project = f"/v1/projects/{ok(api.post('/v1/projects', json=proposal))['id']}"
    ok(api.post(f"{project}:agree", json={"on": "2026-11-22", "by": "council", "votes_for": 1}))
    spending = {"amount": 1001, "on": "2026-11-23", "what": "Mops", "by_role": "council member"}
    problem(api.post(f"{project}/spending", json=spending), 409, "budget-overspent")
    plan = {"title": "Next", "language": "en", "source": {"kind": "council", "id": proposal["council_id"]}}
    ok(api.post("/v1/action-plans", json=plan))


def test_a_person_without_consent_towards_the_organisation_is_unknown_to_the_council(hazelbrook: Quarter) -> None:
    home = f"/v1/councils/{ok(hazelbrook.council.post('/v1/councils', json=COUNCIL))['id']}"
    other = hazelbrook.organisation_named("Good Neighbours Hazelbrook")
    theirs = hazelbrook.app(other)
    person = hazelbrook.register("Olive", theirs, recipient=other, purposes=("assessment",))["id"]
    body = {"name_shown": "Olive", "language": "ti", "participant_id": person}
    problem(hazelbrook.council.post(f"{home}/candidates", json=body), 422, "invalid-request")


def test_another_neighbourhood_and_another_scope_see_no_council(hazelbrook: Quarter, lindenau: Quarter) -> None:
    home = f"/v1/councils/{ok(hazelbrook.council.post('/v1/councils', json=COUNCIL))['id']}"
    problem(lindenau.council.get(home), 404, "not-found")
    problem(hazelbrook.app(scopes=["timebank:read"]).get(home), 403, "forbidden")
    assert ok(hazelbrook.app(scopes=["community:read"]).get(home))["state"] == "forming"
