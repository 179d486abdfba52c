"""What a server's refusal means to a release manager."""

from collections.abc import Iterator, Sequence

import httpx
import msgspec

from .answers import Fault, Refused
from .errors import printable

WORDS = {
    401: "The token in PYDOTORG_TOKEN is not accepted: {detail}",
    403: "The token in PYDOTORG_TOKEN may not do this: it needs the scope releases:write, and its owner the role "
    "release_manager.",
    404: "The release is not there any more; run the command again.",
    412: "The release has been changed meanwhile, so nothing is written; run the command again to see what it is now.",
    413: "There is too much to publish at once: {detail}",
    429: "There were too many requests; try again in {seconds} seconds.",
}


def reasons(answer: httpx.Response, base: str, filenames: Sequence[str]) -> Iterator[str]:
    """A sentence for each; faults of files are told with the names of these, which were sent in this order."""
    status = f"{answer.status_code} {answer.reason_phrase}".strip()
    if answer.is_redirect:
        target = printable(answer.headers.get("location", "nowhere"))
        yield f"{base} redirects to {target}; name that address with --server if you trust it."
        return
    refused = _read(answer)
    if refused is None:
        yield f"{base} answered {status}, and not as a pydotorg does; is --server right?"
        return
    if answer.status_code in WORDS:
        seconds = printable(answer.headers.get("retry-after", "60"))
        yield WORDS[answer.status_code].format(detail=printable(refused.detail), seconds=seconds)
    elif refused.extra.errors:
        yield from (_sentence(fault, filenames) for fault in refused.extra.errors)
    elif answer.is_server_error:
        yield f"{base} answered {status}: {printable(refused.detail)}"
    else:
        yield printable(refused.detail)


def stranger(answer: httpx.Response) -> bool:
    """Whether an error is none of ours."""
    return _read(answer) is None


def _read(answer: httpx.Response) -> Refused | None:
    try:
        refused = msgspec.json.decode(answer.content, type=Refused)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return refused if refused.status_code == answer.status_code else None


def _sentence(fault: Fault, filenames: Sequence[str]) -> str:
    field, message = printable(fault.field), printable(fault.message)
    if field == "reason":
        return f"A reason {message}; give it with --reason."
    files, _, rest = field.partition(".")
    place, _, member = rest.partition(".")
    if files == "files" and place.isdecimal() and int(place) < len(filenames):
        field = f"{filenames[int(place)]}: {member}".rstrip()
    return f"{field} {message}."
