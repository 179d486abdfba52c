"""The Python release schedule is told anew in every transaction that changes it."""

from collections.abc import AsyncIterator
from datetime import date
from itertools import count

import pytest

from pydotorg.app import DOMAINS, Application
from pydotorg.kernel.agenda import Agenda, Appointment
from pydotorg.kernel.database.audit import audited
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.domain import Domain
from pydotorg.releases.agenda import SCHEDULE, appointments
from pydotorg.snapshot.records import Facts
from tests.conftest import client_of, configured, identify

from .writing.desk import Desk, source

pytestmark = pytest.mark.anyio

_minors = count(1)
DATES = {
    "start_of_development": "2031-01-01", "feature_freeze": "2032-02-02", "first_release": "2032-10-03",
    "end_of_bugfix": "2034-04-04", "end_of_life": "2037-05-05", "release_manager": "Ada",
}  # fmt: skip


class Keeper:
    """Notes what it is told, each time by the uids of the appointments."""

    def __init__(self) -> None:
        self.told: list[dict[str, Appointment]] = []
        self.fails = False

    async def keep(self, db: Database, agenda: Agenda) -> None:
        assert agenda is SCHEDULE
        self.told.append({each.uid: each for each in await agenda.appointments(db)})
        if self.fails:
            raise RuntimeError


@pytest.fixture(scope="module")
async def keeper() -> Keeper:
    return Keeper()


@pytest.fixture(scope="module")
async def keeping(own_database: str, keeper: Keeper) -> AsyncIterator[Application]:
    """The application that ships, with one more who keeps its agendas."""
    calendars = Domain(name="calendars", description="A keeper of agendas", routes=(), tables=(), keeps=keeper.keep)
    app = Application(configured(own_database), domains=(*DOMAINS, calendars), identify=identify)
    yield app
    await app.close()


@pytest.fixture
async def desk(keeping: Application, keeper: Keeper) -> AsyncIterator[Desk]:
    """A release manager's, to whom nothing has been told yet."""
    keeper.told.clear()
    keeper.fails = False
    async with client_of(keeping, "rita") as client:
        yield Desk(client)


@pytest.fixture
def cycle() -> str:
    """A cycle that nothing belongs to yet."""
    return f"8.{next(_minors)}"


def days(told: dict[str, Appointment], ending: str) -> dict[str, str]:
    """The days of those whose uid ends so."""
    return {uid: f"{each.day}" for uid, each in told.items() if uid.endswith(ending)}


async def test_every_date_that_is_bundled_is_an_appointment(keeping: Application, facts: Facts) -> None:
    told = await keeping.transactions.read(appointments)
    expected = {f"release-{record.version}": record.date for record in facts.scheduled}
    for record in facts.cycles:
        dates = {
            "feature-freeze": record.feature_freeze, "end-of-bugfix": record.end_of_bugfix,
            "end-of-life": record.end_of_life,
        }  # fmt: skip
        expected |= {f"{name}-{record.cycle}": day for name, day in dates.items() if day is not None}
    bundled = [each for each in told if "-8." not in each.uid]
    assert {each.uid: each.day for each in bundled} == expected
    assert len(bundled) == len(expected)
    assert told == sorted(told, key=lambda each: each.day)


async def test_an_appointment_says_what_happens_and_where_more_is_to_be_found(keeping: Application) -> None:
    told = {each.uid: each for each in await keeping.transactions.read(appointments)}
    assert told["end-of-life-3.13"] == Appointment(
        uid="end-of-life-3.13", id=told["end-of-life-3.13"].id, title="Python 3.13: end of life", day=date(2029, 10, 1),
        description="From this day on, Python 3.13 gets no fixes any more, not even of security problems. "
        "See the [release schedule](https://peps.python.org/pep-0719/).",
        url="https://peps.python.org/pep-0719/",
    )  # fmt: skip
    assert told["release-3.16.0rc1"] == Appointment(
        uid="release-3.16.0rc1", id=told["release-3.16.0rc1"].id, title="Python 3.16.0rc1: release",
        day=date(2027, 7, 27),
        description="Python 3.16.0rc1 is planned for this day. "
        "See the [release schedule](https://peps.python.org/pep-0826/).",
        url="https://peps.python.org/pep-0826/",
    )  # fmt: skip


async def test_a_date_of_a_cycle_that_moves_is_told_and_no_other(desk: Desk, keeper: Keeper, cycle: str) -> None:
    assert (await desk.ask("PUT", f"release-cycles/{cycle}", DATES)).status_code == 201
    moved = await desk.ask("PUT", f"release-cycles/{cycle}", {**DATES, "end_of_life": "2038-06-06"})
    assert moved.status_code == 200
    before, after = keeper.told
    assert days(before, f"-{cycle}") == {
        f"feature-freeze-{cycle}": "2032-02-02", f"end-of-bugfix-{cycle}": "2034-04-04",
        f"end-of-life-{cycle}": "2037-05-05",
    }  # fmt: skip
    assert {uid for uid in after if after[uid] != before[uid]} == {f"end-of-life-{cycle}"}
    assert f"{after[f'end-of-life-{cycle}'].day}" == "2038-06-06"


async def test_a_date_that_is_not_known_any_more_is_no_appointment(desk: Desk, keeper: Keeper, cycle: str) -> None:
    await desk.ask("PUT", f"release-cycles/{cycle}", DATES)
    await desk.ask("PUT", f"release-cycles/{cycle}", {"feature_freeze": "2032-02-02"})
    assert days(keeper.told[-1], f"-{cycle}") == {f"feature-freeze-{cycle}": "2032-02-02"}


async def test_nothing_is_told_of_what_stays_as_it_is(desk: Desk, keeper: Keeper, cycle: str) -> None:
    for status in (201, 200):
        assert (await desk.ask("PUT", f"release-cycles/{cycle}", DATES)).status_code == status
    assert len(keeper.told) == 1


async def test_a_plan_is_told_when_it_is_made_moved_and_withdrawn(desk: Desk, keeper: Keeper, cycle: str) -> None:
    at = f"releases/scheduled/{cycle}.0rc1"
    for day in ("2032-07-07", "2032-08-08"):
        await desk.ask("PUT", at, {"date": day})
    await desk.ask("DELETE", at)
    uid = f"release-{cycle}.0rc1"
    assert [days(told, uid) for told in keeper.told] == [{uid: "2032-07-07"}, {uid: "2032-08-08"}, {}]
    assert keeper.told[0][uid].url == "", "nothing is known of its cycle"


async def planned(desk: Desk, cycle: str) -> tuple[str, str]:
    """A version that is planned, and the uid of its appointment."""
    version = f"{cycle}.0"
    assert (await desk.ask("PUT", f"releases/scheduled/{version}", {"date": "2032-10-10"})).status_code == 201
    return version, f"release-{version}"


async def test_a_planned_release_keeps_its_appointment_on_the_day_it_comes(
    desk: Desk, keeper: Keeper, cycle: str
) -> None:  # fmt: skip
    version, uid = await planned(desk, cycle)
    release = await desk.published(version=version, release_date="2032-10-11")
    page = release["release_page_url"]
    assert keeper.told[-1][uid] == Appointment(
        uid=uid, id=keeper.told[-1][uid].id, title=f"Python {version}: release", day=date(2032, 10, 11),
        description=f"Python {version} was released on this day. See the [release page]({page}).", url=page,
    )  # fmt: skip


async def test_a_draft_moves_nothing_until_it_is_published(desk: Desk, keeper: Keeper, cycle: str) -> None:
    version, uid = await planned(desk, cycle)
    draft = await desk.release(version, release_date="2032-10-12", files=[source(version)])
    assert days(keeper.told[-1], uid) == {uid: "2032-10-10"}
    for is_published, day in ((True, "2032-10-12"), (False, "2032-10-10")):
        await desk.change(f"releases/{draft['id']}", is_published=is_published)
        assert days(keeper.told[-1], uid) == {uid: day}


async def test_a_release_that_is_published_with_its_files_moves_it(desk: Desk, keeper: Keeper, cycle: str) -> None:
    version, uid = await planned(desk, cycle)
    draft = await desk.release(version, release_date="2032-10-12")
    keeper.told.clear()
    assert (await desk.put(draft, source(version), query="?dry_run=true", publish=True)).status_code == 200
    assert keeper.told == [], "a dry run is taken back"
    assert (await desk.put(draft, source(version), publish=True)).status_code == 200
    assert [days(told, uid) for told in keeper.told] == [{uid: "2032-10-12"}]


async def test_a_plan_is_one_again_when_its_release_is_gone(desk: Desk, keeper: Keeper, cycle: str) -> None:
    version, uid = await planned(desk, cycle)
    release = await desk.published(version=version, release_date="2032-10-11")
    await desk.remove(f"releases/{release['id']}")
    assert [days(told, uid)[uid] for told in keeper.told] == ["2032-10-10", "2032-10-11", "2032-10-10"]


async def test_what_was_never_planned_is_no_appointment(desk: Desk, keeper: Keeper, cycle: str) -> None:
    await desk.published(version=f"{cycle}.0")
    assert days(keeper.told[-1], f"{cycle}.0") == {}


async def test_files_are_nothing_for_a_calendar(desk: Desk, keeper: Keeper, cycle: str) -> None:
    release = await desk.published(version=f"{cycle}.0")
    keeper.told.clear()
    more = {**source(f"{cycle}.0", "tar.xz"), "release": release["id"]}
    made = await desk.ask("POST", "files", more)
    assert made.status_code == 201, made.text
    await desk.change(f"files/{made.json()['id']}", description="Smaller")
    await desk.remove(f"files/{made.json()['id']}")
    assert keeper.told == []


async def test_a_write_is_taken_back_if_the_calendar_cannot_follow(desk: Desk, keeper: Keeper, cycle: str) -> None:
    keeper.fails = True
    at = f"release-cycles/{cycle}"
    assert (await desk.ask("PUT", at, DATES)).status_code == 500
    assert len(keeper.told) == 1
    assert (await desk.ask("GET", at)).status_code == 404


@pytest.mark.parametrize(
    ("domain", "agenda"),
    [
        pytest.param(domain, agenda, id=f"{domain.name}-{agenda.name}")
        for domain in DOMAINS
        for agenda in domain.agendas
    ],
)
def test_an_agenda_follows_from_tables_of_its_domain_of_which_every_write_is_known(
    domain: Domain, agenda: Agenda
) -> None:  # fmt: skip
    known = {table.__tablename__ for table in domain.tables if audited(table.__mapper__) is not None}
    assert agenda.tables <= known
