"""The media type of what is pushed a JSON object a line, under each name that senders have for it."""

from fastapi import Request

from services.kernel.problems import UnsupportedMedia

MEDIA = "application/x-ndjson"
_NAMES = (MEDIA, "application/ndjson", "application/jsonl")


def check_media(request: Request) -> None:
    """Raise UnsupportedMedia unless the request says that its body is such lines."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _NAMES:
        raise UnsupportedMedia(f"Send {MEDIA}.")
