"""Who may ask what: every operation of every room, by everybody who might ask, against one table of intent."""
