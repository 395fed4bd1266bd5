"""What is thrown away by itself: old keys and old notes, of every tenant, and nothing that is still needed."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg

from deploy.house import House
from services.kernel.upkeep import KEYS_LIVE, forget_what_is_old
from tests.town import Quarter, ok


async def test_old_keys_are_forgotten_in_every_tenant_and_fresh_ones_kept(
    hazelbrook: Quarter, lindenau: Quarter
) -> None:
    for quarter in (hazelbrook, lindenau):
        for name in ("old", "fresh"):
            headers = {"idempotency-key": f"{name}-{uuid4().hex}"}
            ok(quarter.council.post("/v1/organisations", json={"name": "Kept"}, headers=headers))
    past = datetime.now(UTC) - KEYS_LIVE - timedelta(minutes=1)
    with psycopg.connect(hazelbrook.town.admin_url, autocommit=True) as connection:
        connection.execute("update directory.idempotency set at = %s where key like 'old-%%'", (past,))
    house = House(hazelbrook.town.admin_url, secret=hazelbrook.town.secret)  # the running one belongs to another loop
    kernel = house.apps["directory"].state.kernel
    assert await forget_what_is_old(kernel) >= 2
    await kernel.database.close()
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        kept = [row[0] for row in connection.execute("select key from directory.idempotency")]
    assert not [key for key in kept if key.startswith("old-")]
    assert len([key for key in kept if key.startswith("fresh-")]) >= 2
