"""The bootstrap key: made once, shown once. It creates tenants and credentials, and can read nothing personal."""

from gateway import repository
from gateway.credentials import Mint, Prefix
from services.kernel.caller import Caller
from services.kernel.clock import Clock
from services.kernel.database import Database
from services.kernel.ids import new_id

NAME = "bootstrap"
CALLER = Caller(kind="app", subject=NAME, client=NAME, scopes=frozenset({"tenants:write", "clients:write"}))
"""Who the holder of the key is: an app of no tenant and no organisation."""


async def ensure_bootstrap_key(database: Database, secret: str, clock: Clock) -> str | None:
    """Return the text of a new bootstrap key, or None when there is one already: its text is not kept."""
    minted = Mint(secret).mint(Prefix.BOOTSTRAP, id=new_id(clock()))
    async with database.transaction(None) as session:
        made = await repository.add_bootstrap_key(session, hash=minted.hash, now=clock())
    return minted.text if made else None


async def renew_bootstrap_key(database: Database, secret: str, clock: Clock) -> str:
    """Return the text of a new bootstrap key in place of the one there was, which ends at once and everywhere.

    For whoever runs the installation and no longer has the key: it takes the installation's secret.
    """
    minted = Mint(secret).mint(Prefix.BOOTSTRAP, id=new_id(clock()))
    async with database.transaction(None) as session:
        await repository.drop_bootstrap_key(session)
        await repository.add_bootstrap_key(session, hash=minted.hash, now=clock())
        await repository.announce_revocation(session)
    return minted.text
