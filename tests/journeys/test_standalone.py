"""The three journeys in one process, over real HTTP."""

import os
from pathlib import Path

import psycopg
import pytest

from deploy.demo.client import Api, Instance
from deploy.demo.founding import found_hazelbrook
from deploy.demo.journeys import directory
from deploy.demo.journeys.partner_app import Journey
from deploy.demo.neighbourhood import COUNCIL
from deploy.demo.story import WIDTH, silent
from tests.journeys.conftest import Demo
from tests.town import Quarter, Town

# --- the partner app -------------------------------------------------------------------------------------------------


def test_an_assessment_is_run_in_the_persons_language(demo: Demo) -> None:
    seen = demo.seen.partner_app
    assert (seen.questions_in, seen.arabic_shown_in) == ("de", "ar")


def test_candidates_come_best_first_with_reasons_in_both_languages(demo: Demo) -> None:
    seen = demo.seen.partner_app
    titles = [one["title"] for one in seen.candidates]
    assert titles == ["English conversation over a cup of tea", "A walk and a chat in English"]
    scores = [one["score"] for one in seen.candidates]
    assert scores == sorted(scores, reverse=True)
    assert "Both speak German and English." in seen.candidates[0]["reasons"]
    assert "Beide sprechen Deutsch und Englisch." in seen.reasons_in_german


def test_each_gate_says_how_many_it_held_back_but_not_who(demo: Demo) -> None:
    seen = demo.seen.partner_app
    assert seen.held_back.keys() >= {"language", "means", "distance", "availability"}
    assert "a few, because they share no language" in demo.text


def test_who_asked_not_to_be_asked_and_who_is_kept_away_is_neither_named_nor_counted(demo: Demo) -> None:
    seen = demo.seen.partner_app
    titles = {one["title"] for one in seen.candidates}
    assert not titles & {"Proofreading letters in English", "English through old films"}
    assert "relevance" not in seen.held_back  # both are about English and near: only silence can explain it


def test_a_match_goes_through_its_states_and_no_contact_is_released_too_early(demo: Demo) -> None:
    seen = demo.seen.partner_app
    assert seen.states == ["proposed", "proposed", "accepted", "introduced", "active", "completed"]
    assert seen.too_early == "not-yet-accepted"
    assert seen.contacts == ["01632 960 102", "01632 960 101"]


def test_confirmed_hours_move_credits_from_the_receiver_to_the_giver(demo: Demo) -> None:
    seen = demo.seen.partner_app
    assert seen.balances_before == {"Leyla": 0, "Margaret": 0}
    assert seen.balances_after == {"Leyla": -5400, "Margaret": 5400}


def test_the_gap_report_changes_when_a_need_is_met_and_tells_on_nobody(demo: Demo) -> None:
    before, after = demo.seen.partner_app.gap_before, demo.seen.partner_app.gap_after
    assert (before["needs"]["count"], before["met"]["count"], before["unmet"]["count"]) == (5, 0, 5)
    assert after["needs"]["count"] == 5
    assert after["met"]["count"] is None
    assert after["unmet"]["count"] is None


def test_a_revoked_consent_removes_everything_of_hers_from_the_next_candidates(demo: Demo) -> None:
    seen = demo.seen.partner_app
    assert seen.seen_before_revoking
    assert not seen.seen_after_revoking
    assert seen.candidates_in_her_name == 0
    assert seen.states_after_revoking == ["withdrawn"]


def test_consent_is_asked_at_the_authority_while_the_feed_is_held_up(
    instance: Instance, cluster: str, hazelbrook: Quarter
) -> None:
    quarter = found_hazelbrook(instance)
    journey = Journey(silent(), quarter)
    journey.meet_the_neighbours()
    journey.assess()
    journey.publish()
    assert journey.winston_sees_her()
    with psycopg.connect(cluster) as oldest:
        oldest.execute("select pg_current_xact_id()")  # while this transaction is open no later fact can be read
        journey.take_back_consent()
        assert not journey.winston_sees_her()
        assert not _told_of_revocation(quarter.api(COUNCIL)), "the feed was not held up: the test proves nothing"
    assert _told_of_revocation(quarter.api(COUNCIL), wait=20)


def _told_of_revocation(council: Api, *, wait: float = 0) -> bool:
    after = ""
    while True:
        page = council.get("/v1/events", after=after, wait=wait, limit=500)
        if any(fact["type"] == "consent.revoked" for fact in page["items"]):
            return True
        if not page["items"]:
            return False
        after = page["next"]


# --- the round table -------------------------------------------------------------------------------------------------


def test_an_evening_goes_from_planning_to_the_last_word(demo: Demo) -> None:
    seen = demo.seen.round_table
    assert seen.states == ["planned", "inviting", "open", "plenary", "closed"]
    assert seen.after_closing == "table-closed"


def test_turnout_tells_who_came_of_those_who_were_invited(demo: Demo) -> None:
    turnout = demo.seen.round_table.turnout
    assert (turnout["invited"], turnout["attended"], turnout["declined"]) == (48, 40, 8)


def test_a_table_that_speaks_of_needs_alone_is_prompted_until_it_names_strengths(demo: Demo) -> None:
    seen = demo.seen.round_table
    assert seen.thin_before == ["prs"]
    assert seen.prompts
    assert seen.thin_after == []


def test_a_card_that_a_tablet_delivers_twice_counts_once(demo: Demo) -> None:
    seen = demo.seen.round_table
    assert seen.delivered_twice == 0
    assert seen.cards == 17
    assert seen.results == {1: 10, 2: 7}


def test_cards_of_those_who_agree_become_needs_and_offers_and_the_rest_stays_without_identity(demo: Demo) -> None:
    seen = demo.seen.round_table
    assert seen.report == {"published": 8, "anonymous": 8, "without_consent": 1, "not_published": 0}
    assert (len(seen.needs), len(seen.offers)) == (3, 5)
    assert {one["language"] for one in (*seen.needs, *seen.offers)} == {"ar", "prs", "ti"}
    assert seen.gap["needs"]["count"] == 5  # two of them stand on cards without a name


def test_somebody_who_offers_german_is_shown_the_wishes_of_the_evening(demo: Demo) -> None:
    titles = [one["title"] for one in demo.seen.round_table.german_practice]
    assert len(titles) == 3
    assert "Ich möchte mit deutschen Nachbarn Deutsch sprechen" in titles


# --- the autumn of round tables --------------------------------------------------------------------------------------


def test_four_evenings_are_counted_as_they_were(demo: Demo) -> None:
    numbers = demo.seen.autumn.numbers
    assert numbers["by_kind"]["refugee"] == 160
    assert numbers["people"] - numbers["by_kind"]["refugee"] == 10
    sat = [one for one in numbers["communities"] if one["people"]]
    assert {one["language"] for one in sat} == {"ar", "prs", "ti"}


def test_tablets_that_deliver_late_and_twice_lose_nothing_and_double_nothing(demo: Demo) -> None:
    seen = demo.seen.autumn
    assert seen.kept == seen.laid == seen.delivered["kept"]
    assert seen.delivered["known"] > 0
    assert seen.delivered["refused"] == seen.delivered["conflict"] == 0
    assert seen.late


def test_the_results_of_an_evening_are_read_in_every_language_that_sat_there(demo: Demo) -> None:
    seen = demo.seen.autumn
    assert seen.read_in == {"ar": "ar", "prs": "prs", "ti": "ti", "de": "de"}
    assert len(seen.priorities) == 3
    assert min(seen.sheets.values()) > 10_000


def test_the_two_councils_are_elected_as_they_were(demo: Demo) -> None:
    first, second = demo.seen.autumn.councils
    assert first == {"members": 6, "languages": ["prs", "ti"], "women": 2}
    assert (second["members"], second["languages"]) == (2, ["prs", "ti"])


def test_the_first_project_shares_its_turns_and_keeps_to_its_budget(demo: Demo) -> None:
    seen = demo.seen.autumn
    assert (seen.overspent, seen.left) == ("budget-overspent", 62_000)
    assert (seen.slots, seen.same_household) == (8, 0)
    assert seen.loads[1] - seen.loads[0] <= 1
    assert seen.not_yet == 20


# --- connected systems -----------------------------------------------------------------------------------------------


def test_a_crm_sends_its_contacts_twice_and_nothing_changes_the_second_time(demo: Demo) -> None:
    seen = demo.seen.connected
    assert dict(seen.contacts_first) == {True: 3}
    assert dict(seen.contacts_again) == {False: 3}
    assert seen.versions_kept
    assert seen.facts_of_the_second_time == []


def test_a_crm_that_keeps_its_cursor_is_told_of_everything_once_and_of_nobody_by_name(demo: Demo) -> None:
    seen = demo.seen.connected
    assert seen.first_poll["participant.created"] >= 3
    wanted = {"offer.created": 3, "need.created": 2, "offer.deleted": 1, "need.deleted": 1}
    assert {fact: seen.later_poll[fact] for fact in wanted} == wanted
    assert seen.personal_words == []


def test_a_time_bank_pushes_twice_and_deletes_by_its_own_ids(demo: Demo) -> None:
    seen = demo.seen.connected
    assert dict(seen.pushed_first) == {True: 5}
    assert dict(seen.pushed_again) == {False: 5}
    assert "Weeding and mowing" in {one["title"] for one in seen.candidates}
    assert "Weeding and mowing" not in {one["title"] for one in seen.candidates_after_deleting}


def test_lines_of_a_night_are_taken_one_by_one_and_a_complete_list_mends_what_has_drifted(demo: Demo) -> None:
    seen = demo.seen.connected
    assert seen.lines == {"O-1": "updated", "O-4": "created", "O-2": "stale", "O-5": "refused"}
    assert seen.drift == [(1, 0), (1, 1), (0, 0)]
    assert {one["title"] for one in seen.there.values()} >= {"Ironing shirts and blouses", "Knitting socks"}


def test_a_network_sees_whom_it_may_and_moves_an_hour_once(demo: Demo) -> None:
    seen = demo.seen.connected
    assert seen.members == [[], ["Esther", "Nour"], ["Nour"], []]
    assert len(set(seen.paid_twice)) == 1
    assert (seen.statement["opening_seconds"], seen.statement["closing_seconds"]) == (0, 3600)


def test_a_copy_that_follows_the_feed_is_equal_at_the_end(demo: Demo) -> None:
    seen = demo.seen.connected
    assert seen.copied == seen.there
    assert {one["title"] for one in seen.copied.values()} >= {"Coffee the Syrian way", "Knitting socks"}


# --- the directory ---------------------------------------------------------------------------------------------------


def test_an_import_takes_what_it_can_and_says_line_by_line_what_it_could_not_use(demo: Demo) -> None:
    county, feed = demo.seen.directory.imports
    assert (county.counts["created"], county.counts["refused"]) == (21, 3)
    assert feed.counts["created"] == 6
    flaws = {(line["file"], line["line"], line["field"]) for line in county.lines}
    assert flaws >= {
        ("locations.csv", 4, "latitude"),
        ("services.csv", 2, "taxonomy_ids"),
        ("services.csv", 6, "description"),
        ("organizations.csv", 7, "name"),
    }
    assert ("services.json", 1, "contacts") in {(line["file"], line["line"], line["field"]) for line in feed.lines}


def test_the_same_import_again_changes_nothing(demo: Demo) -> None:
    again = demo.seen.directory.again
    assert again.counts["unchanged"] == 21
    assert "created" not in again.counts
    assert "updated" not in again.counts


def test_a_plain_search_finds_what_was_imported_and_a_swapped_place_is_noticed(demo: Demo) -> None:
    assert demo.seen.directory.found == ["Talk English at the library"]
    assert demo.seen.directory.far_away == ["Canal Street Meeting Room"]


@pytest.mark.samples
@pytest.mark.skipif("CANDO_SAMPLES" not in os.environ, reason="CANDO_SAMPLES does not say where the real files lie")
def test_real_files_are_imported_and_reported_line_by_line(instance: Instance, hazelbrook: Quarter) -> None:
    seen = directory.play(silent(), found_hazelbrook(instance), samples=Path(os.environ["CANDO_SAMPLES"]))
    examples, export = seen.imports[2:]
    assert examples.counts["created"] >= 3
    assert export.counts["created"] >= 690
    assert {line["outcome"] for line in export.lines} == {"field_dropped", "refused"}


# --- what the neighbourhood has --------------------------------------------------------------------------------------


def test_what_neighbours_know_is_entered_and_found_in_a_language_in_which_nobody_wrote_it(demo: Demo) -> None:
    seen = demo.seen.commons
    assert seen.entered == {
        "organisations": 5, "places": 7, "groups": 5, "micro-providers": 2, "services": 5, "activities": 4,
    }  # fmt: skip
    assert seen.put_right == (52.5799, -1.9861)
    assert (seen.postcodes["kept"], seen.postcodes["refused"]) == (5, 1)
    assert "Saturday workshop" in seen.found_in_arabic
    assert "Open kitchen" in seen.near_the_market
    assert seen.on_the_map >= 16


def test_an_organisation_that_was_entered_twice_becomes_one_and_its_old_id_leads_on(demo: Demo) -> None:
    assert demo.seen.commons.leads_to == "Millrace Age Friends"
    assert len(demo.seen.commons.reasons) >= 2


def test_the_public_feed_shows_services_and_no_person(demo: Demo) -> None:
    feed = demo.seen.commons.feed
    assert feed["total"] >= 20
    assert (feed["people"], feed["micro_providers"]) == ([], ["Hilltop Lifts"])


def test_what_a_person_shows_is_gone_with_the_consent_to_it(demo: Demo) -> None:
    seen = demo.seen.commons
    assert (seen.shown_before, seen.shown_after) == (["Priya, patient with phones"], [])


def test_who_moves_away_reads_everything_and_is_erased_and_the_ledger_sums_to_zero(demo: Demo) -> None:
    seen = demo.seen.commons
    assert {"directory", "matching", "timebank"} <= seen.exported.keys()
    assert seen.erased.keys() == {"directory", "assessments", "matching", "timebank", "community", "connect", "gateway"}
    assert seen.sums == [0, 0]
    assert seen.owed == [-5400, -5400]


# --- the story -------------------------------------------------------------------------------------------------------


def test_the_demo_takes_the_next_free_slug_where_one_is_taken(demo: Demo) -> None:
    assert demo.seen.hazelbrook.slug == "hazelbrook-2"
    assert demo.seen.lindenau.slug == "lindenau-2"


def test_the_story_is_told_in_lines_that_fit_a_page(demo: Demo) -> None:
    told = [line for line in demo.lines if "client_secret" not in line]
    assert max(map(len, told)) <= WIDTH
    assert sum(line[:2] in {"1.", "2.", "3.", "4.", "5.", "6.", "7."} for line in told) == 7


def test_the_commands_at_the_end_show_where_the_data_are(demo: Demo, town: Town) -> None:
    assert f"{town.url}/v1/matches" in demo.text
    assert demo.seen.hazelbrook.slug in demo.text
