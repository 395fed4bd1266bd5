"""What each action on record means, in words for the person whom it is about."""

_WORDS = {
    "assessment.read": "read one of your assessments",
    "assessments.listed": "saw your assessment in a list",
    "attendance.listed": "saw in a list that you came to a round table",
    "attendance.read": "read that you came to a round table",
    "card.read": "read a card that carries your name",
    "cards.listed": "saw a card that carries your name in a list",
    "checks.read": "read which checks you hold",
    "checks.written": "changed which checks you hold",
    "contact.read": "read how to reach you",
    "contact.released": "was given how to reach you, for an introduction",
    "contact.written": "changed how to reach you",
    "household.read": "read who lives with you",
    "household.written": "changed what is said of who lives with you",
    "invitation.read": "read your invitation to a round table",
    "invitations.listed": "saw your invitation to a round table in a list",
    "match.introduction": "introduced you: read how to reach you for a match",
    "override.opened": "opened your record without your consent, in an emergency",
    "override.reviewed": "reviewed that your record was opened in an emergency",
    "participant.do-not-ask": "noted whether you may be asked",
    "participant.exported": "read everything that is held about you",
    "participant.merged": "made two records of yours one",
    "participant.read": "read your record",
    "participant.restricted": "restricted the use of what is held about you",
    "participant.unmerged": "made one record of yours two again",
    "participant.unrestricted": "let what is held about you be used again",
    "participants.listed": "saw your record in a list",
    "person.found": "found in a search what you show of yourself",
    "publication.read": "read what you have made known",
    "publications.listed": "saw what you have made known in a list",
    "relations.read": "read who belongs to you",
    "safeguards.read": "read what safety checks know about you",
    "safeguards.written": "changed what safety checks know about you",
    "statement.read": "read the statement of your time bank account",
    "subject.erased": "erased what was held about you",
}


def words(action: str) -> str:
    """Return what an action means; one without words of its own is spelt out."""
    return _WORDS.get(action) or action.replace(".", ", ").replace("-", " ").replace("_", " ")
