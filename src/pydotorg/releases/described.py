"""What is said of a file, completed by what its name tells, and whether that can be true: pure."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from .addresses import ADDRESS_CHARACTERS_MAX
from .artefacts import SIDECARS, classify
from .names import no_slug

FILENAME_CHARACTERS_MAX = 200
#: what must be said of a file whose name is of no known form
TOLD_BY_NAME = ("os", "name", "kind")
DIGESTS = ("md5_sum", "sha256_sum")
Said = Mapping[str, Any]


def filename_of(url: str) -> str:
    """The last part of an address."""
    return url.rpartition("/")[2]


def filled(said: Said) -> dict[str, Any]:
    """All that is known of a new file: what was said, and what its name tells."""
    filename = filename_of(said["url"])
    artefact = classify(filename)
    told = {} if artefact is None else {name: getattr(artefact, name) for name in (*TOLD_BY_NAME, "arch")}
    file = {"arch": "", **told, **said, "filename": filename}
    return {"is_source": file.get("kind") == "source", **file, **_digests(file)}


def changed(before: Said, said: Said) -> dict[str, Any]:
    """What becomes of a file: its sidecars go with it, and whether it is source goes with its kind."""
    follows: dict[str, Any] = {}
    if "url" in said:
        follows["filename"] = filename_of(said["url"])
        follows |= {name: said["url"] + suffix for name, suffix in SIDECARS.items() if before[name]}
    if "kind" in said:
        follows["is_source"] = said["kind"] == "source"
    return {**before, **follows, **said, **_digests(said)}


def _digests(said: Said) -> dict[str, str]:
    return {name: said[name].lower() for name in DIGESTS if name in said}


def undescribed(said: Said) -> Iterator[tuple[str, str]]:
    """What is not said of a file though its name does not tell it either."""
    file = filled(said)
    for name in TOLD_BY_NAME:
        if name not in file:
            yield name, f"is required: {file['filename']} does not tell it"


def disagreements(said: Said, file: Said) -> Iterator[tuple[str, str]]:
    """What was said of a file that cannot be true of it."""
    if len(file["filename"]) > FILENAME_CHARACTERS_MAX:
        yield "url", f"must end with a file name of at most {FILENAME_CHARACTERS_MAX} characters"
    longest = max((len(suffix) for name, suffix in SIDECARS.items() if file.get(name)), default=0)
    if len(file["url"]) + longest > ADDRESS_CHARACTERS_MAX:
        yield "url", f"must have at most {ADDRESS_CHARACTERS_MAX - longest} characters: its sidecars add to it"
    if "is_source" in said and "kind" in file and said["is_source"] != (file["kind"] == "source"):
        yield "is_source", f"must agree with the kind, which is `{file['kind']}`"
    if "slug" in said and (fault := no_slug(said["slug"])):
        yield "slug", fault
    for name, suffix in SIDECARS.items():
        if said.get(name) and said[name] != file["url"] + suffix:
            yield name, f"must be empty or {file['url']}{suffix}"


def repeated(values: Sequence[Hashable | None]) -> Iterator[tuple[int, int]]:
    """Where a value comes again, and where it came first; None is no value."""
    first: dict[Hashable, int] = {}
    for index, value in enumerate(values):
        if value is not None and first.setdefault(value, index) != index:
            yield index, first[value]
