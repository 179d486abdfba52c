"""Bodies as the two editions have them: JSON, of v2 forms too, whose members are read leniently, as Django does.

What is not known, and what follows from something else here (`is_latest`, `version`, `pre_release`), is ignored.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser, parse_options_header

from pydotorg.kernel.http.body_reading import json_value
from pydotorg.kernel.http.errors import BadRequest, Fault, UnsupportedMedia
from pydotorg.kernel.http.operations import Submission
from pydotorg.releases.artefacts import SIDECARS

from .editions import V1, Edition, ResourceName

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MEMBERS_MAX = 100
WORDS_OF_TRUTH = frozenset({"t", "y", "yes", "true", "on", "1"})
WORDS_OF_FALSEHOOD = frozenset({"f", "n", "no", "false", "off", "0"})
#: 3.0 and "3.0" are 3
INTEGER = re.compile(r"\s*(-?[0-9]{1,20})(?:\.0*)?\s*")
UNREADABLE = "JSON parse error - the body is not one JSON text in UTF-8."
UNREADABLE_FORM = "The form cannot be read."
NO_MOMENT = (
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)
NO_ROW = "Invalid hyperlink - Object does not exist."
Said = dict[str, Any]
Read = Callable[[Any], Any]


def submitted(submission: Submission, edition: Edition) -> Said:
    """The members of a body, as they came."""
    kind = submission.content_type.partition(";")[0].strip().lower()
    if edition is V1 and not kind:
        kind = "application/json"
    if kind == "application/json":
        return _of_json(submission.raw)
    if edition is not V1 and kind == URLENCODED:
        return _of_form(submission.raw)
    if edition is not V1 and kind == MULTIPART:
        return _of_parts(submission)
    raise UnsupportedMedia(f'Unsupported media type "{kind[:100]}" in request.')


def _of_json(raw: bytes) -> Said:
    if not raw.strip():
        return {}
    try:
        value = json_value(raw)
    except BadRequest as error:
        raise BadRequest([Fault("", "body", UNREADABLE)], UNREADABLE) from error
    if not isinstance(value, dict):
        message = f"Invalid data. Expected a dictionary, but got {type(value).__name__}."
        raise BadRequest([Fault("non_field_errors", "body", message)], message)
    return value


def _of_form(raw: bytes) -> Said:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MEMBERS_MAX)
    except ValueError as error:
        raise BadRequest([Fault("", "body", UNREADABLE_FORM)], UNREADABLE_FORM) from error
    return dict(pairs)


def _of_parts(submission: Submission) -> Said:
    _, options = parse_options_header(submission.content_type)
    try:
        parser = MultipartParser(
            BytesIO(submission.raw), options["boundary"], len(submission.raw), strict=True, part_limit=MEMBERS_MAX,
            spool_limit=len(submission.raw) + 1,
        )  # fmt: skip
        return {part.name: part.value for part in parser if part.name}
    except (MultipartError, KeyError, ValueError) as error:
        raise BadRequest([Fault("", "body", UNREADABLE_FORM)], UNREADABLE_FORM) from error


def _not_null(value: Any) -> Any:
    if value is None:
        raise ValueError("This field may not be null.")
    return value


def text(value: Any) -> str:
    """Text, without the spaces around it; a number is its digits."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("Not a valid string.")  # noqa: TRY004
    return str(value).strip()


def said_text(value: Any) -> str:
    """Text that there must be."""
    if not (found := text(value)):
        raise ValueError("This field may not be blank.")
    return found


def flag(value: Any) -> bool:
    """True or false, in one of the many ways to write it."""
    word = str(value).lower()
    if word in WORDS_OF_TRUTH | WORDS_OF_FALSEHOOD:
        return word in WORDS_OF_TRUTH
    raise ValueError("Must be a valid boolean.")


def size(value: Any) -> int | None:
    """A size in bytes; 0 is none that is known."""
    if not (found := INTEGER.fullmatch(str(value))):
        raise ValueError("A valid integer is required.")
    return int(found[1]) or None


def day(value: Any) -> str:
    """The day, in UTC, of a time."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(NO_MOMENT) from error


def relation(resource: ResourceName) -> Read:
    """The number of a row that is named by its address, with or without a host."""
    form = re.compile(rf"(?:https?://[^/?#]+)?/api/v[12]/downloads/{resource}/([1-9][0-9]{{0,8}})/?")

    def read(value: Any) -> int:
        if not isinstance(value, str):
            raise ValueError(f"Incorrect type. Expected URL string, received {type(value).__name__}.")  # noqa: TRY004
        if not (found := form.fullmatch(value)):
            raise ValueError("Invalid hyperlink - No URL match.")
        return int(found[1])

    return read


class Form(NamedTuple):
    """What a body may say about a row, what it must, and what a PUT means by silence."""

    members: Mapping[str, Read]
    required: tuple[str, ...]
    defaults: Said


FORMS: dict[ResourceName, Form] = {
    "os": Form({"name": said_text, "slug": said_text}, ("name", "slug"), {}),
    "release": Form(
        {
            "name": said_text, "slug": said_text, "is_published": flag, "release_date": day,
            "release_notes_url": text, "show_on_download_page": flag, "content": text,
        },
        ("name", "slug"),
        {"is_published": False, "release_notes_url": "", "show_on_download_page": True, "content": ""},
    ),
    "release_file": Form(
        {
            "name": said_text, "slug": said_text, "os": relation("os"), "release": relation("release"),
            "description": text, "is_source": flag, "url": said_text, "md5_sum": text, "sha256_sum": text,
            "filesize": size, "download_button": flag, **dict.fromkeys(SIDECARS, text), "reason": said_text,
        },
        ("name", "slug", "os", "release", "url"),
        {
            "description": "", "md5_sum": "", "sha256_sum": "", "filesize": None, "download_button": False,
            **dict.fromkeys(SIDECARS, ""),
        },
    ),
}  # fmt: skip


class Reading(NamedTuple):
    """What was said, in our words, and what was wrong with the rest."""

    said: Said
    faults: list[Fault]

    @property
    def broken(self) -> set[str]:
        return {fault.field for fault in self.faults}

    def also(self, faults: Iterable[tuple[str, str]]) -> "Reading":
        """The same, without members that prove to be wrong."""
        more = [Fault(field, "body", message) for field, message in faults]
        gone = {fault.field for fault in more}
        return Reading({name: value for name, value in self.said.items() if name not in gone}, [*self.faults, *more])


def read(resource: ResourceName, given: Said, *, whole: bool) -> Reading:
    """The members of a body; one that is whole says all that is required."""
    form = FORMS[resource]
    said: Said = {}
    faults = [Fault(name, "body", "is required") for name in form.required if whole and name not in given]
    for name, each in form.members.items():
        if name in given:
            try:
                said[name] = each(_not_null(given[name]))
            except ValueError as error:
                faults.append(Fault(name, "body", str(error)))
    return Reading(said, faults)
