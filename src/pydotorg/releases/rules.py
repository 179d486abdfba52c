"""What the facts about releases mean: pure, without database, clock or request."""

import re
from typing import TypedDict

#: The life of a cycle: from this date on it has this status; before the first of them it is in development.
PHASES = (
    ("end_of_life", "end-of-life"),
    ("end_of_bugfix", "security"),
    ("first_release", "bugfix"),
    ("feature_freeze", "prerelease"),
)
IN_DEVELOPMENT = "feature"

#: Which file a download means where several fit: the first of these kinds, then the first of these architectures.
KINDS_BY_PREFERENCE = (
    "installer", "source", "archive", "framework", "embeddable", "free-threaded", "web-installer", "manifest",
    "documentation", "debug", "test",
)  # fmt: skip
ARCHES_BY_PREFERENCE = ("universal2", "amd64", "arm64", "intel", "universal", "x86", "")


class Line(TypedDict, total=False):
    """A line of releases: a major version or a cycle."""

    major: int
    cycle: str


def line_of(text: str) -> Line | None:
    """What `3` and `3.14` name; nothing else names a line."""
    if re.fullmatch(r"0|[1-9][0-9]{0,3}", text):
        return {"major": int(text)}
    return {"cycle": text} if re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", text) else None


def no_release(identifier: str) -> str:
    """What is said of a release that is not there; who names a line may mean its newest."""
    hint = f"; the newest of that line is at /api/v1/releases/latest/{identifier}" if line_of(identifier) else ""
    return f"There is no release {identifier}{hint}."
