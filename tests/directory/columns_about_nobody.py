"""Texts and documents of all tables that have been looked at and say nothing about a participant, by service and table.

Whoever adds a column decides: it is tagged personal, or it stands here. Some name people who are at work here and are
no participants: who facilitates, interprets, invites, weighs a risk or holds a cheque, by role or as they were called.
Some are written by a group or about it: a lab's minutes, a council's project, what a survey said without a name.
"""

from collections.abc import Mapping

_GROUP = "a group's own record; people are in it by the ids of rows that are held"
_OURS = "how a community runs its house, by who works there"
_PLAN = "figures and ids of listings, which are held"
NOT_HELD: Mapping[str, Mapping[str, str]] = {
    "directory": {
        **dict.fromkeys(("activities", "groups", "organisations", "places", "services"), "an asset, not a person"),
        "micro_providers": "an asset that trades under a name of its own; who runs it is nowhere said",
        **dict.fromkeys(("asset_index", "asset_points", "asset_postings", "assets_at_places"), "read off assets"),
        "asset_proposals": "from a survey that names nobody; emptied once decided, by a kind of retention",
        **dict.fromkeys(("areas", "known_words", "postcodes", "taxonomies", "taxonomy_terms", "terms"), "words, places"),
        **dict.fromkeys(("feeds", "import_chunks", "import_entries", "imports"), "other directories' assets, in passing"),
        "import_lines": "which line of a file was wrong, in words of ours",
        **dict.fromkeys(("freshness_policies", "notices", "retention_reports", "retention_rules"), _OURS),
    },
    "assessments": {
        "card_groups": "labels that the plenary gave to what several said",
        **dict.fromkeys(("instrument_reviews", "instruments", "report_policies", "surveys"), _OURS),
        "language_tables": "who facilitates and interprets, by role or pseudonym: nothing leads to a participant",
        "round_tables": "an evening; her cards' words are taken out of its published results first",
        "survey_responses": "nobody is named, the id is random, of the time only the day is kept: nobody can find hers",
        "votes": "dots by pseudonym; nothing leads from one to a participant",
    },
    "matching": {
        "plans": _PLAN, "shown": _PLAN, "policies": _OURS, "terms": "words",
    },
    "timebank": {"policies": "what a community has decided for all accounts: limits, nobody"},
    "community": {
        **dict.fromkeys(("action_plans", "councils", "elections", "electorates", "labs", "projects", "rotas"), _GROUP),
        "ballots": "nothing leads from a ballot to a voter, by design",
        "spending": "sums of a project, by role",
        "voters": "sealed pseudonyms: that somebody has voted, never who",
    },
    "gateway": dict.fromkeys(
        (
            "bootstrap_keys", "client_secrets", "clients", "identity_providers", "signing_keys", "staff", "tenants",
            "webhooks",
        ),
        _OURS,
    )
    | {
        "rate_buckets": "keyed hashes of who asked in the last minute, deleted within the hour",
        "webhook_deliveries": "facts as in the feed, ids and states without a text, and gone after thirty days",
    },
    "connect": {
        "connections": "which other systems an organisation has connected",
        "connection_runs": "how often it was run, and figures",
    },
}  # fmt: skip
"""Tables in which no service looks for a person, each with the reason."""
ABOUT_NOBODY: Mapping[str, Mapping[str, str]] = {
    "directory": {
        "areas": "name names shape",
        "asset_index": "kind name category tongues access areas zone state",
        "asset_postings": "term",
        "asset_proposals": "kind facts activities state reason asset_kind",
        "assets_at_places": "kind",
        "feeds": "source url format mode state counts",
        "known_words": "word ending",
        "merges": "kind state moved stayed",
        "notices": "purpose notice_version texts published_by",
        "organisations": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source kind identifiers"
        ),
        "postcodes": "code outward area",
        "retention_reports": "kinds missing",
        "retention_rules": "kind",
        "taxonomies": "external_ids name description uri edition source",
        "groups": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source place_ids"
        ),
        "imports": "format source state files counts mode progress",
        "micro_providers": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source kind paid business_model trades_as place_ids"
        ),
        "participants": "external_ids restricted_because",
        "places": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source address time_zone"
        ),
        "services": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source status place_ids codes alert"
        ),
        "taxonomy_terms": "external_ids code name description uri",
        "terms": "concept category text plain language",
        "activities": (
            "external_ids name description website category concepts languages access accessibility cost "
            "costs areas opening assured_by source status place_ids"
        ),
        "assignments": "assigned_by",
        "consents": "purpose categories legal_basis notice_version method language captured_by",
        "erasures": "also reason requested_by state acknowledged",
        "import_entries": "name file facts",
        "import_lines": "file outcome field reason",
        "overrides": "category verdict",
        "rights_requests": "kind state",
        "revocations": "revoked_by",
        "heard": "collection system",
        "origins": "collection system fields",
    },
    "assessments": {
        "assessments": "external_ids language area state",
        "instrument_reviews": "language key by",
        "instruments": "name use state definition translations",
        "publications": (
            "kind language category means exchange source_system state listing_state match_state match_ids concepts"
        ),
        "report_policies": "keeps",
        "round_tables": (
            "external_ids title place languages questions images state area venue host_language published_results"
        ),
        "surveys": "external_ids title wave area languages state",
        "agreements": "caller method language by notice_version",
        "answer_entries": "question_id language answered_by caller device_id replaces",
        "capabilities": (
            "external_ids concepts_suggested concepts concepts_confirmed_by language category willing means"
        ),
        "card_groups": "external_ids labels image concept origin",
        "invitations": "external_ids inviter language state",
        "language_tables": "external_ids language facilitator interpreter question_opened",
        "negotiations": "caller outcome worker",
        "outcomes": "language concepts matches",
        "stated_needs": (
            "external_ids concepts_suggested concepts concepts_confirmed_by language category urgency state"
        ),
        "survey_responses": "language answers respondent_kind",
        "votes": "voter dots",
        "weighed_risks": "caller weighed_by likelihood decided",
        "attendances": "external_ids language kind",
        "cards": "external_ids category language visibility device_id image written_by grouped_by",
    },
    "matching": {
        "heard": "collection system",
        "origins": "collection system fields",
        "needs": (
            "external_ids state language category concepts means languages settings exchange visibility "
            "source_system source_id"
        ),
        "offers": (
            "external_ids state language category concepts means languages settings exchange visibility "
            "source_system source_id"
        ),
        "people": "languages travel",
        "plans": "external_ids kind state asked step result problem",
        "policies": "weights weights_version figures",
        "shown": "factors weights",
        "terms": "concept text language",
        "matches": "external_ids state suspended_from reason exchange category",
        "feedback": "side",
        "hours": "state",
        "risks": "weighed_by",
    },
    "timebank": {
        "accounts": "owner_kind state alert external_ids",
        "holds": "state",
        "transfers": "kind source_ref state made_by external_ids",
    },
    "community": {
        "action_plans": "external_ids title language source_kind",
        "councils": "external_ids name area task language languages quotas currency limits state",
        "labs": (
            "external_ids title question language concepts area suggested_by state outcome led_to dissolved_because"
        ),
        "actions": "what depends_on concepts state",
        "candidates": "language state",
        "elections": (
            "method electorate seats_by_language quotas present_by_language counts withheld settlements result state"
        ),
        "electorates": "language",
        "lab_meetings": "place language interpreters present notes decisions",
        "lab_members": "staff_role organisation role",
        "projects": (
            "external_ids title text language area answers currency raises agreement evaluation result "
            "stopped_because state"
        ),
        "ballots": "choices",
        "members": "language state",
        "rotas": "external_ids title language area places rule languages state gaps",
        "spending": "kind what by_role receipt",
        "voters": "voter language",
        "volunteers": "language",
        "turns": "place state",
        "swaps": "state",
    },
    "gateway": {
        "bootstrap_keys": "hash",
        "clients": "external_ids name scopes",
        "identity_providers": "external_ids name issuer audiences authorised_parties algorithms jwks_uri subject_claim"
        " required_claims roles_claim roles",
        "rate_buckets": "key",
        "signing_keys": "kid private public",
        "staff": "external_ids label scopes",
        "tenants": "external_ids slug name default_language time_zone",
        "client_secrets": "hash",
        "webhooks": "external_ids url event_types description state disabled_because secret old_secret",
        "webhook_deliveries": "type ids state attempts",
    },
    "connect": {
        "connections": "kind name base_url sealed mapping schedule state attention progress",
        "connection_runs": "state reason counts",
        "connection_links": "entity their_id origin their_hash our_hash gone",
    },
}
