"""HTTP for needs and offers that another system pushes in bulk: the kernel's four addresses for each."""

from collections.abc import Mapping

from services.kernel.incoming.routes import routers
from services.matching.listings.domain import Kind
from services.matching.synchronised.schemas import said_of
from services.matching.synchronised.taking import Listings

_SCOPES = {"read_scope": "matching:read", "write_scope": "matching:write"}
NEEDS, OFFERS = Listings("need", said_of), Listings("offer", said_of)
TAKERS: Mapping[Kind, Listings] = {"need": NEEDS, "offer": OFFERS}
needs = routers(NEEDS, one="need", **_SCOPES)
offers = routers(OFFERS, one="offer", **_SCOPES)
