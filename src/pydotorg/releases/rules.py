"""What the facts about releases mean: pure, without database, clock or request."""

import re
from typing import Literal, NamedTuple

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
#: What else runs on a processor.
RUNS_ON = {
    "amd64": ("amd64", "universal2", "intel"),
    "arm64": ("arm64", "universal2"),
    "x86": ("x86", "intel", "universal"),
}
ARCHES_BY_PREFERENCE = ("universal2", "amd64", "arm64", "intel", "universal", "x86", "")


class Line(NamedTuple):
    """A line of releases: a major version or a cycle."""

    column: Literal["major", "cycle"]
    value: int | str


def line_of(text: str) -> Line | None:
    """What `3` and `3.14` name; nothing else names a line."""
    if re.fullmatch(r"0|[1-9][0-9]{0,3}", text):
        return Line("major", int(text))
    return Line("cycle", text) if re.fullmatch(r"[0-9]{1,4}\.[0-9]{1,4}", text) else None


def is_in_use(product: str, *, pre_release: bool) -> bool:
    """Whether a release of this kind, once it is published, is for everybody: the install manager's previews are."""
    return product != "python" or not pre_release


def runs_on(processor: str) -> tuple[str, ...]:
    """The architectures of files that this processor can run."""
    return RUNS_ON.get(processor, (processor,))
