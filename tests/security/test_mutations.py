"""A guard that is taken away is missed at once: a sample here, every one by `python -m tests.security.mutations`."""

from collections.abc import Callable

from deploy.database import prepare
from tests.conftest import SECRET
from tests.security.mutations import policies_not_missed, scopes_not_missed
from tests.town import Quarter


def test_an_opened_policy_is_noticed_by_the_shapes(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET)
    tried, unnoticed = policies_not_missed(url, every=12)
    assert tried >= 7
    assert unnoticed == []


def test_a_route_that_lost_its_scopes_is_noticed_by_the_matrix(hazelbrook: Quarter) -> None:
    tried, unnoticed = scopes_not_missed(hazelbrook.town, hazelbrook, every=12)
    assert tried >= 30
    assert unnoticed == []
