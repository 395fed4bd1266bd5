"""The rules about what people show of themselves: once each, and only what she or who registered her wrote.

Conflict
└── AlreadyShown    there is an entry of hers already
"""

from services.kernel.problems import Conflict


class AlreadyShown(Conflict):
    slug = "already-shown"
    title = "This person has an entry already; change that one"
