"""The CiviCRM connector: contacts, needs, offers and matches, both ways."""
