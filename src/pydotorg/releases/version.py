"""What a version says by itself: its place in the order of releases, its cycle, its slug.

Every function takes a version as text and raises a `ValueError` for what PEP 440 does not know.
"""

from packaging.version import Version

#: finals and pre-releases; what else PEP 440 knows is not released
FORM = r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?"
CHARACTERS_MAX = 50
DIGITS_MAX = 8
#: what a product is called, and how its slugs begin
NAMES = {"python": "Python", "install-manager": "Python install manager"}
SLUGS = {"python": "python", "install-manager": "pymanager"}

_STAGES = {"a": "1", "b": "2", "rc": "3"}
_ONLY_DEVELOPMENT = "0"
_FINAL = "4"
_END_OF_RELEASE = "0"
_NO_POST = "0"
_NO_DEVELOPMENT = "9"


def version_key(version: str) -> str:
    """Digits that sort as text exactly as the version sorts under PEP 440, whatever the collation.

    A number is written as the count of its digits and the digits, so that text order is numeric order: 14 is `214`.
    The parts follow in PEP 440's order of importance, and what is absent has a digit below every number where PEP 440
    puts it first, above every number where it puts it last: 3.14.0rc2 is `1013214031209`, 3.14.0 is `10132140409`.
    """
    parsed = Version(version)
    if parsed.local:
        raise ValueError(f"{version} is a local build; those have no place in the order of releases")
    release = "".join(_number(number) for number in _without_trailing_zeros(parsed.release))
    post = _NO_POST if parsed.post is None else _number(parsed.post)
    development = _NO_DEVELOPMENT if parsed.dev is None else _number(parsed.dev)
    return _number(parsed.epoch) + release + _END_OF_RELEASE + _stage(parsed) + post + development


def cycle_of(version: str) -> str:
    """The release cycle, "3.14" for 3.14.8."""
    parsed = Version(version)
    return f"{parsed.major}.{parsed.minor}"


def major_of(version: str) -> int:
    return Version(version).major


def is_pre_release(version: str) -> bool:
    return Version(version).is_prerelease


def name_of(version: str, product: str = "python") -> str:
    return f"{NAMES[product]} {Version(version)}"


def slug_of(version: str, product: str = "python") -> str:
    """The slug of python.org's pages, "python-3148" for 3.14.8."""
    return f"{SLUGS[product]}-{str(Version(version)).replace('.', '')}"


def final_of(version: str) -> str:
    """The version that this one leads to, 3.14.0 for 3.14.0rc2; its files stand in the final's directory."""
    return Version(version).base_version


def _stage(version: Version) -> str:
    if version.pre is not None:
        letter, number = version.pre
        return _STAGES[letter] + _number(number)
    if version.dev is not None and version.post is None:
        return _ONLY_DEVELOPMENT
    return _FINAL


def _without_trailing_zeros(release: tuple[int, ...]) -> tuple[int, ...]:
    """PEP 440 holds 3.14 and 3.14.0 to be equal."""
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    return release


def _number(value: int) -> str:
    digits = str(value)
    if len(digits) > DIGITS_MAX:
        raise ValueError(f"a number of a version has at most {DIGITS_MAX} digits")
    return f"{len(digits)}{digits}"
