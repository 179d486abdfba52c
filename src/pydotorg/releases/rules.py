"""What the facts about releases mean: pure, without database, clock or request."""

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
