"""What stays for as long as the process does: code, routes, an index.

Python's collector of cycles looks now and then through everything there is, with all threads halted. While much is
made that stays, it would look through all of it again and again; afterwards, each look would take longer.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_making = 0
_turn = Lock()


@contextmanager
def lasting() -> Iterator[None]:
    """Make what stays, unlooked through meanwhile and for ever after; whatever is dropped still goes at once.

    Only cycles that are garbage by the end of it are kept for good: so it is for a few large things, not for requests.
    """
    global _making
    with _turn:
        _making += 1
        gc.disable()
    try:
        yield
    finally:
        with _turn:
            _making -= 1
            if not _making:
                gc.freeze()
                gc.enable()
