"""Writes: what a body of the old API says, as what `releases.writing` is told, which keeps all rules and the audit log.

A client of the old API makes a release first and its files later, and replaces them by deleting all: so a published
release may be without files here.
"""

from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import select

from pydotorg.kernel import clock
from pydotorg.kernel.access import Caller
from pydotorg.kernel.database.revisions import turn_of
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Body
from pydotorg.kernel.http.body_reading import BodyReader
from pydotorg.kernel.http.errors import BadRequest, Fault, NotFound, found
from pydotorg.kernel.http.query import Verbatim
from pydotorg.releases.artefacts import kind_of
from pydotorg.releases.bodies import NewOperatingSystem, NewRelease, OperatingSystemChange, ReleaseChange
from pydotorg.releases.described import filename_of
from pydotorg.releases.file_bodies import FileChange, FileSet, NewFile, Replacing
from pydotorg.releases.names import misspelt, product_and_version
from pydotorg.releases.tables import DATASET, OperatingSystem, Release, ReleaseFile
from pydotorg.releases.version import major_of, version_key
from pydotorg.releases.writing import file_sets, files, releases, systems

from .editions import ResourceName
from .filters import NO_CHOICE, NUMBER
from .forms import FORMS, NO_ROW, Reading, Said, read
from .rows import MAJORS

B = TypeVar("B", bound=Body)
Table = type[OperatingSystem] | type[Release] | type[ReleaseFile]
Row = OperatingSystem | Release | ReleaseFile
NO_MAJOR = f"Must tell a version of Python {', '.join(map(str, MAJORS[:-1]))} or {MAJORS[-1]}."
TABLES: dict[ResourceName, Table] = {"os": OperatingSystem, "release": Release, "release_file": ReleaseFile}


async def create(db: Database, resource: ResourceName, given: Said, caller: Caller) -> int:
    """Make a row; its number."""
    await turn_of(db, DATASET)
    reading = read(resource, given, whole=True)
    match resource:
        case "os":
            made = await systems.make(db, body(NewOperatingSystem, reading))
            return (await db.get_one(OperatingSystem, made.id)).number
        case "release":
            id = await releases.make(db, body(NewRelease, _of_known_major(reading)), allow_empty=True)
            return (await db.get_one(Release, id)).number
        case "release_file":
            reading.said.pop("reason", None)  # nothing was there before
            file = await files.make(db, body(NewFile, _of_kind(await _related(db, reading))), by=caller)
            return (await db.get_one(ReleaseFile, file.id)).number


async def change(
    db: Database, resource: ResourceName, number: str, given: Said, caller: Caller, *, whole: bool
) -> None:  # fmt: skip
    """Change what is said of a row; a body that is whole says what it does not name, too."""
    await turn_of(db, DATASET)
    row = await _row(db, resource, number)
    reading = read(resource, given, whole=whole)
    if whole:
        reading = Reading({**_defaults(resource, reading), **reading.said}, reading.faults)
    if isinstance(row, OperatingSystem):
        changed = body(OperatingSystemChange, _fixed(reading, "slug", row.slug))
        await systems.change(db, str(row.id), changed)
    elif isinstance(row, Release):
        changed_release = body(ReleaseChange, _with_version(reading, row))
        await releases.change(db, str(row.id), changed_release, allow_empty=True)
    else:
        reading = _fixed(await _related(db, reading), "release", str(row.release_id))
        await files.change(db, str(row.id), body(FileChange, _of_kind(reading, row)), by=caller)


async def remove(db: Database, resource: ResourceName, number: str) -> None:
    """Remove a row; a release goes with its files."""
    await turn_of(db, DATASET)
    id = str((await _row(db, resource, number)).id)
    match resource:
        case "os":
            await systems.remove(db, id)
        case "release":
            await releases.remove(db, id)
        case "release_file":
            await files.remove(db, id, allow_empty=True)


async def remove_files(db: Database, asked: Verbatim) -> None:
    """Remove all files of a release, which the query string must name, and nothing else with it."""
    await turn_of(db, DATASET)
    numbers, others = asked.given.get("release", ()), sorted(asked.given.keys() - {"release", "format"})
    if len(numbers) != 1 or others:
        faults = [Fault(name, "query", "Only the files of one whole release can be deleted.") for name in others]
        message = "Exactly one release must be named, as in ?release=1097."
        faults += [] if len(numbers) == 1 else [Fault("release", "query", message)]
        raise BadRequest(faults, message)
    known = select(Release.id).where(Release.number == int(numbers[0])) if NUMBER.fullmatch(numbers[0]) else None
    id = None if known is None else (await db.execute(known)).scalar_one_or_none()
    if id is None:
        raise BadRequest([Fault("release", "query", NO_CHOICE)], NO_CHOICE)
    await file_sets.replace(db, str(id), FileSet(files=[]), Replacing(allow_empty=True))


def body(kind: type[B], reading: Reading) -> B:
    """The body of today that a reading amounts to, or an error with every fault."""
    strictly = BodyReader(kind).read(msgspec.json.encode(reading.said))
    wrong = reading.broken | ({"version"} if "name" in reading.broken else set())  # which the name tells
    faults = [fault for fault in strictly.faults if fault.field not in wrong]
    return cast("B", strictly._replace(faults=faults).faultless(reading.faults))


async def _row(db: Database, resource: ResourceName, number: str) -> Row:
    """A row by its number."""
    missing = f"There is no {resource} {number}."
    if not NUMBER.fullmatch(number):
        raise NotFound(missing)
    table = TABLES[resource]
    row: Any = (await db.execute(select(table).where(table.number == int(number)))).scalar_one_or_none()
    return cast("Row", found(row, missing))


async def _related(db: Database, reading: Reading) -> Reading:
    """The same, with the rows that it names as we name them: a system by its slug, a release by its id."""
    said, missing = dict(reading.said), []
    for name, table, column in (("os", OperatingSystem, OperatingSystem.slug), ("release", Release, Release.id)):
        if name in said:
            named = select(column).where(table.number == said[name])
            row = (await db.execute(named)).scalar_one_or_none()
            said[name] = str(row)
            missing += [(name, NO_ROW)] if row is None else []
    return Reading(said, reading.faults).also(missing)


def _of_kind(reading: Reading, row: ReleaseFile | None = None) -> Reading:
    """The same, with the kind of the file, of which the old API knows only whether it is source."""
    is_source = reading.said.get("is_source")
    url = reading.said.get("url", "" if row is None else row.url)
    told = kind_of(filename_of(url), is_source=bool(is_source))
    kinds = (told if row is None else row.kind, told, "source" if is_source else "archive")
    kind = next(each for each in kinds if is_source is None or is_source == (each == "source"))
    return reading if row is not None and kind == row.kind else Reading({**reading.said, "kind": kind}, reading.faults)


def _with_version(reading: Reading, row: Release) -> Reading:
    """The same, with the version that another name tells; the slug stays, unless it is said."""
    told = _told(reading)
    if told is None or version_key(told[1]) == row.version_key:
        return reading
    return _of_known_major(Reading({"slug": row.slug, **reading.said, "version": told[1]}, reading.faults))


def _of_known_major(reading: Reading) -> Reading:
    """The same, unless the name tells a version that rows cannot have here."""
    told = _told(reading)
    known = told is None or told[0] != "python" or major_of(told[1]) in MAJORS
    return reading if known else reading.also([("name", NO_MAJOR)])


def _told(reading: Reading) -> tuple[str, str] | None:
    """Product and version, if the name tells any; if not, today's body says so."""
    told = product_and_version(reading.said.get("name", ""))
    return None if told is None or misspelt(told[1]) else told


def _fixed(reading: Reading, name: str, value: str) -> Reading:
    """The same without a member that may be said, but must not differ."""
    stays = reading.said.get(name, value) == value
    checked = reading.also([] if stays else [(name, "This stays as it is.")])
    return Reading({each: said for each, said in checked.said.items() if each != name}, checked.faults)


def _defaults(resource: ResourceName, reading: Reading) -> Said:
    """What a PUT means where it is silent: a release is of today then, and whether a file is source its name tells."""
    defaults = dict(FORMS[resource].defaults)
    if resource == "release":
        defaults["release_date"] = clock.today().isoformat()
    if resource == "release_file":
        defaults["is_source"] = kind_of(filename_of(reading.said.get("url", "")), is_source=False) == "source"
    return {name: value for name, value in defaults.items() if name not in reading.broken}
