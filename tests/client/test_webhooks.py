"""Webhooks are verified as the specification says: against the library that its authors publish."""

import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from cando_client import BadSignature, verify

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
OTHER = "whsec_" + "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Ro"
BODY = json.dumps({"type": "need.changed", "data": {"subject": "1"}})
NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def _headers(secret: str = SECRET, *, at: datetime = NOW) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", at, BODY)
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(int(at.timestamp())), "Webhook-Signature": signature}


def test_what_the_specifications_own_library_signs_is_verified_also_among_two_signatures() -> None:
    assert verify(BODY.encode(), _headers(), SECRET, now=NOW.timestamp())["type"] == "need.changed"
    both = _headers(OTHER)["Webhook-Signature"] + " " + _headers()["Webhook-Signature"]
    assert verify(BODY.encode(), {**_headers(), "Webhook-Signature": both}, SECRET, now=NOW.timestamp())


@pytest.mark.parametrize(
    ("body", "headers", "later"),
    [
        (BODY + " ", {}, 0),
        (BODY, {"Webhook-Id": "msg_2"}, 0),
        (BODY, {"Webhook-Id": ""}, 0),
        (BODY, {"Webhook-Timestamp": "soon"}, 0),
        (BODY, {"Webhook-Signature": ""}, 0),
        (BODY, {"Webhook-Signature": _headers(OTHER)["Webhook-Signature"]}, 0),
        (BODY, {"Webhook-Signature": _headers()["Webhook-Signature"].replace("v1,", "v2,")}, 0),
        (BODY, {}, 301),
        (BODY, {}, -301),
    ],
    ids=["body", "id", "no id", "no time", "no signature", "other secret", "other version", "old", "of tomorrow"],
)
def test_whatever_else_is_refused(body: str, headers: dict[str, str], later: float) -> None:
    with pytest.raises(BadSignature):
        verify(body.encode(), {**_headers(), **headers}, SECRET, now=NOW.timestamp() + later)
