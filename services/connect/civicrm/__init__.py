"""CiviCRM: contacts that are participants, activities that are needs, offers and matches, kept in step both ways.

`mapping` says what means what; `signing_in` opens both sides, `api` asks CiviCRM and `cando` asks `/v1`. `running`
takes a run from its claim to its end; `run` is what its parts share: links, lines, progress. In: `contacts`, then
`activities`, page by page (`paging`). Out: `following` reads the facts here and hands on to `contacts`, `listings` and
`matches`. `theirs` reads and writes an activity, `listings` keeps one in step with its need or offer by the rules of
`domain`. `checking` tries a connection without running it.
"""
