"""The Python release schedule, as subscribers see it: true in the moment in which a release manager writes."""

import asyncio
import re
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, func, select, update

from pydotorg import preparation
from pydotorg.app import Application
from pydotorg.events.happening import ComingIntoSight, come_into_sight
from pydotorg.events.tables import Calendar, CategoryOfEvent, Event, Occurrence
from pydotorg.kernel.access import Role
from pydotorg.kernel.database.engine import create_engine
from pydotorg.kernel.database.fulltext.tables import SearchDocument
from pydotorg.kernel.database.transaction import Database
from pydotorg.releases.agenda import SCHEDULE, appointments
from tests.accounts.conftest import terminal
from tests.accounts.people import Person, person, service
from tests.accounts.typing_in import Terminal
from tests.conftest import client_of, configured
from tests.conventions.asking import error_of, faults_of
from tests.fetching.hosts import hosted, ok
from tests.releases.importing.service import running as python_org
from tests.releases.publishing import artefacts
from tests.releases.writing.desk import Desk as ReleaseDesk
from tests.releases.writing.desk import source
from tests.review.desks import Json
from tests.review.mailing import Office
from tests.servers import command, serving

from .desk import CALENDARS, EVENTS, OCCURRENCES, changed, described, event_in, made, seen_by, written
from .desk import SCHEDULE as CALENDAR
from .importing.elsewhere import attempted, event, file, imported

__all__ = ["terminal"]

pytestmark = pytest.mark.anyio

DATES = {
    "start_of_development": "2031-01-01", "feature_freeze": "2032-02-02", "first_release": "2032-10-03",
    "end_of_bugfix": "2034-04-04", "end_of_life": "2037-05-05", "release_manager": "Ada",
}  # fmt: skip
IMPORT_REFUSED = "Python release schedule takes no other events: nothing new goes into it."
_minors = count(1)


@pytest.fixture
def cycle() -> str:
    """One that nothing belongs to yet."""
    return f"9.{next(_minors)}"


@pytest.fixture(scope="module")
async def releases(app: Application) -> ReleaseDesk:
    """A release manager's desk."""
    return ReleaseDesk((await person(app, Role.release_manager)).client)


class Shown(NamedTuple):
    """What a file says of an event."""

    day: str
    sequence: int
    status: str
    title: str


class Schedule(NamedTuple):
    """The calendar as a file, and its tag."""

    events: dict[str, Shown]
    tag: str


async def subscribed(public: httpx.AsyncClient, known: str = "") -> Schedule:
    """What subscribers get; who has the file already gets it anew only if it is another."""
    answer = await public.get(f"{CALENDARS}/{CALENDAR}.ics", headers={"If-None-Match": known} if known else {})
    assert answer.status_code == 200, answer.text
    events = answer.text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    return Schedule({said("UID", each): shown(each) for each in events}, answer.headers["etag"])


def said(name: str, event: str) -> str:
    found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*?)\r$", event, re.MULTILINE)
    assert found, (name, event)
    return found[1]


def shown(event: str) -> Shown:
    return Shown(said("DTSTART", event), int(said("SEQUENCE", event)), said("STATUS", event), said("SUMMARY", event))


async def test_every_installation_has_the_same_events(app: Application, public: httpx.AsyncClient) -> None:
    assert f"{SCHEDULE.id}" == "00000000-0000-7adf-9bf1-3d280f6dbd58"
    assert (await public.get(f"{CALENDARS}/{CALENDAR}")).json()["id"] == f"{SCHEDULE.id}"
    told = await app.transactions.read(appointments)
    listed = (await public.get(f"{CALENDARS}/{CALENDAR}/events", params={"limit": "1000"})).json()
    assert {each["id"] for each in listed} == {f"{each.id}" for each in told}
    found = (await public.get(f"{EVENTS}/00000000-0000-7203-bf34-f1e8f378d437")).json()
    assert (found["uid"], found["title"]) == ("end-of-life-3.13@python.org", "Python 3.13: end of life")
    assert (found["starts"], found["all_day"], found["status"]) == ("2029-10-01T00:00:00", True, "approved")


async def test_an_end_of_life_that_moves_moves_its_event(
    public: httpx.AsyncClient, releases: ReleaseDesk, cycle: str
) -> None:
    await releases.ask("PUT", f"release-cycles/{cycle}", DATES)
    uid = f"end-of-life-{cycle}@python.org"
    before = await subscribed(public)
    assert before.events[uid] == Shown("20370505", 0, "CONFIRMED", f"Python {cycle}: end of life")
    moved = await releases.ask("PUT", f"release-cycles/{cycle}", {**DATES, "end_of_life": "2038-06-06"})
    assert moved.status_code == 200
    after = await subscribed(public, before.tag)
    assert {each for each in after.events if after.events[each] != before.events[each]} == {uid}
    assert after.events[uid] == before.events[uid]._replace(day="20380606", sequence=1)
    where = {"calendar": CALENDAR, "from": "2037-01-01", "to": "2039-01-01"}
    [listed] = [
        each for each in (await public.get(EVENTS, params=where)).json() if each["title"].startswith(f"Python {cycle}:")
    ]
    assert (listed["starts"], listed["next_occurrence"]["starts_at"]) == ("2038-06-06T00:00:00", "2038-06-06T00:00:00Z")
    happening = (await public.get(OCCURRENCES, params=where)).json()
    assert [each["starts_at"] for each in happening if each["event"]["id"] == listed["id"]] == ["2038-06-06T00:00:00Z"]


async def test_a_date_that_is_known_no_more_is_cancelled_and_comes_back(
    public: httpx.AsyncClient, releases: ReleaseDesk, cycle: str
) -> None:
    uid, at = f"end-of-bugfix-{cycle}@python.org", f"release-cycles/{cycle}"
    found = []
    for dates in (DATES, {**DATES, "end_of_bugfix": None}, DATES):
        assert (await releases.ask("PUT", at, dates)).status_code in (200, 201)
        found.append((await subscribed(public)).events[uid])
    assert [(each.sequence, each.status) for each in found] == [(0, "CONFIRMED"), (1, "CANCELLED"), (2, "CONFIRMED")]


async def test_its_calendar_takes_no_events_of_others(public: httpx.AsyncClient, moderator: Person) -> None:
    before, elsewhere = await subscribed(public), await written(moderator)
    for answer in (
        await moderator.client.post(EVENTS, json=described(calendar=CALENDAR)),
        await moderator.client.patch(f"{EVENTS}/{elsewhere['id']}", json={"calendar": f"{SCHEDULE.id}"}),
    ):
        [said] = faults_of(answer, 422, "body").items()
        assert said[0] == "calendar"
        assert said[1].startswith("Python release schedule takes no other events; there are ")
        assert "`python-events-calendar`" in said[1]
        assert f"`{CALENDAR}`" not in said[1]
    assert await subscribed(public) == before
    assert (await public.get(f"{CALENDARS}/{CALENDAR}")).json()["agenda"] == SCHEDULE.why
    assert (await seen_by(moderator, elsewhere))["calendar"] == elsewhere["calendar"]


async def test_nothing_is_imported_or_even_fetched_for_its_calendar(
    public: httpx.AsyncClient, moderator: Person
) -> None:
    before = await subscribed(public)
    async with hosted(ok(file(event("a@example.org")).encode())) as host:
        for source in ({"url": host.address}, {"ics": file()}, {}):
            refused = error_of(await attempted(moderator, {"slug": CALENDAR}, **source), 409)
            assert refused["detail"] == IMPORT_REFUSED
        assert host.asked == []
    assert await subscribed(public) == before


def test_the_command_imports_nothing_into_its_calendar(terminal: Terminal) -> None:
    given = file(event("a@example.org")).encode()
    assert terminal("events", "import", CALENDAR, "-", given=given).refusal == IMPORT_REFUSED


@pytest.fixture
async def settler(app: Application, moderator: Person, owner: Person) -> Json:
    """An event of somebody's that came into the calendar before that was kept."""
    event = await event_in("approved", owner, moderator)
    moved = update(Event).where(Event.id == UUID(event["id"])).values(calendar_id=SCHEDULE.id)
    await app.transactions.write(lambda db: db.execute(moved))
    return event


async def test_what_is_in_its_calendar_from_before_is_changed_and_moved_out(
    public: httpx.AsyncClient, moderator: Person, settler: Json
) -> None:
    assert settler["uid"] in (await subscribed(public)).events
    stays = await changed(moderator, settler, venue="Hall 9", calendar=CALENDAR)
    assert (stays["venue"], stays["calendar"]["slug"]) == ("Hall 9", CALENDAR)
    moved = await changed(moderator, settler, calendar="python-events-calendar")
    assert moved["calendar"]["slug"] == "python-events-calendar"
    assert settler["uid"] not in (await subscribed(public)).events


@pytest.mark.parametrize("more", [("SEQUENCE:999999999",), ("SEQUENCE:999999999", "STATUS:CANCELLED")])
async def test_no_other_calendar_says_in_its_place_when_python_is_released(
    public: httpx.AsyncClient, moderator: Person, releases: ReleaseDesk, cycle: str, more: tuple[str, ...]
) -> None:
    uid, at = f"release-{cycle}.0@python.org", f"releases/scheduled/{cycle}.0"
    other = await made(moderator, "calendars")
    await imported(moderator, other, event(uid, *more, title="Never"))
    await releases.ask("PUT", at, {"date": "2032-10-10"})

    async def of_all() -> Shown:
        whole = (await public.get(f"{EVENTS}.ics")).text.replace("\r\n ", "")
        [found] = [each for each in whole.split("BEGIN:VEVENT")[1:] if said("UID", each) == uid]
        return shown(found)

    planned = Shown("20321010", 0, "CONFIRMED", f"Python {cycle}.0: release")
    assert await of_all() == planned
    await releases.remove(at)
    assert await of_all() == planned._replace(sequence=1, status="CANCELLED")


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({**DATES, "end_of_life": "2038-06-06"}, {"If_Match": '"other"'}, 412),
        ({**DATES, "end_of_life": "2030-06-06"}, {}, 422),
        ({**DATES, "end_of_life": "tomorrow"}, {}, 422),
    ],
    ids=["other tag", "before the first release", "no date"],
)
async def test_a_write_that_fails_moves_nothing(
    public: httpx.AsyncClient,
    releases: ReleaseDesk,
    cycle: str,
    body: dict[str, str],
    headers: dict[str, str],
    status: int,
) -> None:
    await releases.ask("PUT", f"release-cycles/{cycle}", DATES)
    before = await subscribed(public)
    answer = await releases.ask("PUT", f"release-cycles/{cycle}", body, **headers)
    assert answer.status_code == status, answer.text
    assert await subscribed(public) == before


async def test_what_changes_nothing_is_no_new_version(
    public: httpx.AsyncClient, releases: ReleaseDesk, cycle: str
) -> None:
    await releases.ask("PUT", f"release-cycles/{cycle}", DATES)
    before = await subscribed(public)
    assert (await releases.ask("PUT", f"release-cycles/{cycle}", DATES)).status_code == 200
    await releases.published(version=f"{cycle}.7", release_date="2033-01-01")
    assert (await subscribed(public)).events == before.events


async def test_a_planned_release_moves_to_the_day_on_which_it_comes_and_back(
    public: httpx.AsyncClient, releases: ReleaseDesk, cycle: str
) -> None:
    version = f"{cycle}.0"
    uid, found = f"release-{version}@python.org", []

    async def look() -> None:
        found.append((await subscribed(public)).events[uid])

    await releases.ask("PUT", f"releases/scheduled/{version}", {"date": "2032-10-10"})
    await look()
    draft = await releases.release(version, release_date="2032-10-12", files=[source(version)])
    await look()
    await releases.change(f"releases/{draft['id']}", is_published=True)
    await look()
    await releases.remove(f"releases/{draft['id']}")
    await look()
    await releases.remove(f"releases/scheduled/{version}")
    await look()
    assert [(each.day, each.sequence, each.status) for each in found] == [
        ("20321010", 0, "CONFIRMED"), ("20321010", 0, "CONFIRMED"), ("20321012", 1, "CONFIRMED"),
        ("20321010", 2, "CONFIRMED"), ("20321010", 3, "CANCELLED"),
    ]  # fmt: skip


def test_the_command_that_publishes_moves_it_too(tmp_path: Path) -> None:
    directory = artefacts.put(tmp_path / "artefacts", "Python-3.14.9.tgz", "python-3.14.9-amd64.exe")
    with serving(tmp_path) as base, httpx.Client(base_url=base, trust_env=False) as client:
        command(
            tmp_path, "users", "create", "rita", "--email", "rita@example.org", "--password-stdin", "--role",
            "release_manager", said="a password that only this test knows",
        )  # fmt: skip
        token = command(tmp_path, "tokens", "create", "rita", "--name", "tests").split()[-1]
        at = f"{CALENDARS}/{CALENDAR}.ics"

        def look() -> Shown:
            whole = client.get(at).text.replace("\r\n ", "")
            [found] = [each for each in whole.split("BEGIN:VEVENT") if "UID:release-3.14.9@python.org\r\n" in each]
            return shown(found)

        before = look()
        command(
            tmp_path, "releases", "publish", str(directory), "--version", "3.14.9", "--server", base, "--yes",
            PYDOTORG_TOKEN=token,
        )  # fmt: skip
        published = client.get("/api/v1/releases/3.14.9").json()["release_date"]
        assert look() == before._replace(day=published.replace("-", ""), sequence=before.sequence + 1)


class Rows(NamedTuple):
    """How many of each kind there are."""

    calendars: int
    events: int
    occurrences: int
    documents: int


async def rows(db: Database) -> Rows:
    documents = select(SearchDocument.number).where(SearchDocument.kind == "event").subquery()
    numbers = [
        (await db.execute(select(func.count()).select_from(table))).scalar_one()
        for table in (Calendar, Event, Occurrence, documents)
    ]
    return Rows(*numbers)


async def forget_calendars(db: Database) -> None:
    """Almost as a database was before there were any: what they are found by is left behind."""
    for table in (Occurrence, CategoryOfEvent, Event, Calendar):
        await db.execute(delete(table))


@pytest.fixture
async def fresh(fresh_database: str) -> AsyncIterator[Application]:
    """The application that ships, on a database for this test."""
    async with service(fresh_database, PYDOTORG_STORE="true") as app:
        yield app


async def test_to_seed_again_changes_nothing(fresh: Application, fresh_database: str) -> None:
    before = await fresh.transactions.write(rows)
    await seed(fresh_database, only_if_empty=False)
    assert await fresh.transactions.write(rows) == before
    assert (before.calendars, before.events) == (3, before.occurrences)
    assert before.events == before.documents > 80


@pytest.mark.parametrize("only_if_empty", [True, False])
async def test_a_database_with_releases_and_without_calendars_gets_this_one(
    fresh: Application, fresh_database: str, only_if_empty: bool
) -> None:
    before = await fresh.transactions.write(rows)
    await fresh.transactions.write(forget_calendars)
    await seed(fresh_database, only_if_empty=only_if_empty)
    assert await fresh.transactions.write(rows) == before


async def seed(url: str, *, only_if_empty: bool) -> None:
    engine = create_engine(configured(url).database_url, writes=True, patient=True)
    try:
        await preparation.seed(engine, only_if_empty=only_if_empty)
    finally:
        await engine.dispose()


async def test_a_new_day_brings_it_to_a_database_that_nobody_seeds(fresh: Application) -> None:
    before = await fresh.transactions.write(rows)
    await fresh.transactions.write(forget_calendars)
    await Office(fresh).does(come_into_sight, ComingIntoSight())
    assert await fresh.transactions.write(rows) == before._replace(calendars=1)


def test_what_python_org_has_published_moves_it_too(terminal: Terminal, fresh_database: str) -> None:
    with python_org() as running:
        running.release(17, "Python 3.14.9", slug="python-3149", release_date="2026-12-03T00:00:00Z")
        assert terminal("import", "--from", running.url).status == 0

    async def look() -> Json:
        async with service(fresh_database) as app, client_of(app) as client:
            found: Json = (await client.get(EVENTS, params={"q": "3.14.9", "calendar": CALENDAR})).json()[0]
            return found

    assert asyncio.run(look())["starts"] == "2026-12-03T00:00:00"
