"""The little that every service needs: ids, clock, database, problems, caller, paging, events, jobs, app.

Nothing here knows a participant from an offer. A module earns its place when two services need it.
"""
