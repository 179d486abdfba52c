"""Who may import, and what may be asked."""

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.events.importing import secure
from pydotorg.kernel.access import Role, Scope
from tests.accounts.people import Person, person, token
from tests.events.desk import CALENDARS
from tests.releases.writing.desk import faults_in
from tests.review.desks import Json
from tests.working import on_sqlite

from .elsewhere import attempted, event, file

pytestmark = pytest.mark.anyio

FILE = file(event("a@example.org"))


@on_sqlite
@pytest.mark.parametrize("there", [True, False])
async def test_only_event_moderators_import(
    app: Application, public: httpx.AsyncClient, stranger: Person, moderator: Person, calendar: Json, there: bool
) -> None:
    other = await person(app, Role.job_moderator)
    reader = await token(app, moderator.name, Scope.account_read)
    for client, status in ((public, 401), (stranger.client, 403), (other.client, 403), (reader, 403)):
        path = f"{CALENDARS}/{calendar['slug'] if there else 'nowhere'}/import"
        assert (await client.post(path, json={"ics": "", "x": 1})).status_code == status
    assert (await moderator.client.post(f"{CALENDARS}/nowhere/import", json={"ics": FILE})).status_code == 404


@on_sqlite
async def test_a_program_of_a_moderator_imports(app: Application, moderator: Person, calendar: Json) -> None:
    program = await token(app, moderator.name, Scope.events_write)
    answer = await program.post(f"{CALENDARS}/{calendar['id']}/import", json={"ics": FILE})
    assert (answer.status_code, answer.json()["created"]) == (200, 1)


@on_sqlite
@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"url": "https://example.org/", "ics": FILE}, {"ics": "must not be there beside `url`"}),
        ({}, {"url": "is missing: this calendar was never imported from an address"}),
        ({"ics": ""}, {"ics": "must have a length of at least 1"}),
        ({"ics": None}, {"ics": "must be text, got null"}),
        ({"uri": "https://example.org/"}, {"uri": "unknown member; allowed are `url`, `ics`"}),
        ({"url": 7}, {"url": "must be text, got an integer"}),
        ({"url": "https://example.org/" + "x" * 2000}, {"url": "must have a length of at most 2000"}),
        ({"ics": "<html>"}, {"ics": "The file is a web page or XML; an iCalendar file is needed."}),
        ({"ics": "BEGIN:VCARD\nEND:VCARD"}, {"ics": "The file has no BEGIN:VCALENDAR; an iCalendar file is needed."}),
    ],
    ids=["both", "neither", "empty", "null", "unknown", "number", "long", "page", "card"],
)
async def test_each_fault_is_named(moderator: Person, calendar: Json, body: Json, faults: dict[str, str]) -> None:
    assert faults_in(await attempted(moderator, calendar, **body)) == faults


@on_sqlite
async def test_a_body_has_at_most_a_mebibyte(moderator: Person, calendar: Json) -> None:
    long = file(event("a@example.org", f"DESCRIPTION:{'x' * 1024**2}"))
    assert (await attempted(moderator, calendar, ics=long)).status_code == 413


def test_an_address_to_subscribe_to_is_asked_as_one_of_the_web() -> None:
    for given, meant in (
        ("webcal://example.org/a.ics?b=c", "https://example.org/a.ics?b=c"),
        ("WEBCALS://example.org:8443/", "https://example.org:8443/"),
        (" https://example.org/ ", "https://example.org/"),
        ("http://example.org/webcal:", "http://example.org/webcal:"),
        ("webcal", "webcal"),
    ):
        assert secure(given) == meant
