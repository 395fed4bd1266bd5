"""Structured logs: one JSON object a line, of known fields alone; ids and states, never a name, a text or a secret.

Whatever anybody logs, of ours or of a library, goes through one filter: a field that is not in `FIELDS`, or whose value
is not of its kind, is left out, and `withheld` counts it. Of a library's line only those words are shown that stand in
the library's own source, never what was put into them; of an error its type and where it went, never its message.
The same holds for what would otherwise be printed: warnings, errors of threads and of tasks that nobody awaits.
"""

import json
import linecache
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

from services.kernel.metrics import METHODS, here

_LONGEST_CALL = 12
_DEEPEST, _LAST = 60, 5
_OTHERS = ("site-packages", "/lib/python")
Check = Callable[[Any], bool]


def _text(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_NAME = _text(r"[A-Za-z_][\w.]{0,127}")
_WORDS = _text(r"[a-z0-9_]+([ /:-][a-z0-9_]+){0,11}")
_PLACE = _text(r"[\w./@<>~ +-]{1,300}:\d+")
_UUID = _text(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

FIELDS: Mapping[str, Check] = {
    "event": _WORDS,
    "level": _text(r"debug|info|warning|error|critical"),
    "timestamp": _text(r"[0-9T:.Z+-]{20,40}"),
    "service": _WORDS,
    "request_id": _text(r"[A-Za-z0-9._-]{8,64}"),
    "trace_id": _text(r"[0-9a-f]{32}"),
    "method": lambda value: value in METHODS or value == "other",
    "route": _text(r"[\w{}/.:@-]{0,200}"),
    "status": _number,
    "ms": _number,
    "error": _NAME,
    "cause": _NAME,
    "trail": lambda value: isinstance(value, list) and all(map(_PLACE, value)),
    "because": lambda value: isinstance(value, _Sentence),
    "source": _WORDS,
    "upstream": _WORDS,
    "channel": _WORDS,
    "task": _text(r"[A-Za-z_][\w.-]{0,127}"),
    "state": _WORDS,
    "reason": _WORDS,
    "why": _WORDS,
    "communities": _number,
    "provider": _UUID,
    "webhook": _UUID,
    "delivery": _UUID,
    "logger": _text(r"[A-Za-z_][\w.-]{0,127}"),
    "where": _PLACE,
    "says": lambda value: isinstance(value, _Sentence),
    "withheld": _number,
}
"""Every field that a line may have, and what its values look like. docs/observe.md says what each means."""


class _Sentence(str):
    """Words that stand in source code: ours, or a library's."""

    __slots__ = ()


def sentence(error: BaseException) -> dict[str, object]:
    """Return what an error says, as the field `because`: only for errors whose every message is of our own making."""
    return {"because": _Sentence(str(error))}


def configure(level: str = "INFO") -> None:
    """Write our log and the libraries' warnings as JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_error,
            _counted,
            known_alone,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = _Quiet(sys.stderr)
    handler.setFormatter(_OfLibraries())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):  # its own handlers print whole tracebacks
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True


def known_alone(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out every field that is not known, or is not what its name promises."""
    shown = {name: value for name, value in fields.items() if name in FIELDS and FIELDS[name](value)}
    if len(shown) < len(fields):
        shown["withheld"] = len(fields) - len(shown)
        shown.setdefault("event", "unnamed")
    return shown


def _with_error(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put an error's trail in the place of the error itself."""
    error = fields.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    return fields if not isinstance(error, BaseException) else {**fields, **trail(error)}


def _counted(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Count lines that an operator may want to be woken by."""
    level, event = fields.get("level"), fields.get("event")
    if level in ("warning", "error", "critical"):
        here().events.labels(event if _WORDS(event) else "other", level).inc()
    return fields


@contextmanager
def bound(**fields: str) -> Iterator[None]:
    """Put fields into every line of the log that is written inside, or by tasks begun inside."""
    with structlog.contextvars.bound_contextvars(**fields):
        yield


def trail(error: BaseException) -> dict[str, object]:
    """Return what may be logged of an error: its type and where it went, but not its message, which may quote data."""
    told: dict[str, object] = {"error": type(error).__name__, "trail": _trail(error.__traceback__)}
    cause = error.__cause__ or error.__context__
    if cause is not None:
        told["cause"] = type(cause).__name__
    return told


def _trail(came: TracebackType | None) -> list[str]:
    """Return the last places that an error went through in our own code, and the last of all."""
    frames = traceback.extract_tb(came, limit=-_DEEPEST)
    last = [frame for frame in frames[:-_LAST] if not any(one in frame.filename for one in _OTHERS)][-_LAST:]
    return [f"{_short(frame.filename)}:{frame.lineno}" for frame in (*last, *frames[-_LAST:])]


def _short(path: str) -> str:
    return path.rpartition("site-packages/")[2][-200:]


class _Quiet(logging.StreamHandler[TextIO]):
    """Where a line cannot be written it is lost: logging's own complaint would print what it was about."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        return


class _OfLibraries(logging.Formatter):
    """Shows a library's line by where it stands, and the words of it that its source holds."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            **structlog.contextvars.get_contextvars(),
            "event": "library",
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
            "where": f"{_short(record.pathname)}:{record.lineno}",
            **_says(record),
        }
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            told |= trail(error)
        return json.dumps(known_alone(None, "", _counted(None, "", told)), ensure_ascii=False)


def _says(record: logging.LogRecord) -> dict[str, object]:
    """Return the first line of what was logged, before anything is put into it, if it stands like that where it was."""
    first = record.msg.partition("\n")[0].strip() if isinstance(record.msg, str) else ""
    begins = max(0, record.lineno - _LONGEST_CALL)
    call = linecache.getlines(record.pathname)[begins : record.lineno + _LONGEST_CALL]
    if len(first) < 4 or not any(first in line for line in call):
        return {}
    return {"says": _Sentence(first)}


# --- what would be printed by itself -------------------------------------------------------------------------------


def last_resort() -> None:
    """Let a process of ours log, like everything else, what Python would print of errors that nobody caught."""
    sys.excepthook = _on_error
    threading.excepthook = lambda told: _uncaught("thread-broke", told.exc_value)
    sys.unraisablehook = lambda told: _uncaught("left-behind", told.exc_value)
    warnings.showwarning = _on_warning


def _on_error(kind: type[BaseException], error: BaseException, came: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, came)
    else:
        _uncaught("process-broke", error)


def _uncaught(event: str, error: BaseException | None) -> None:
    structlog.get_logger().error(event, **({} if error is None else trail(error)))


def _on_warning(
    message: Warning | str,  # noqa: ARG001 - it may quote data
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    structlog.get_logger().warning("warned", error=category.__name__, where=f"{_short(filename)}:{lineno}")
