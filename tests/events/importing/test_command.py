"""`pydotorg events import`, as an operator runs it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from pydotorg.kernel.database.audit import AuditEntry
from pydotorg.kernel.database.transaction import Transactions
from tests.accounts.conftest import terminal
from tests.accounts.typing_in import Terminal
from tests.conftest import configured
from tests.events.desk import CALENDAR
from tests.servers import command, serving
from tests.working import on_sqlite

from .elsewhere import BROKEN, event, file

__all__ = ["terminal"]

TWO = file(event("a@example.org"), event("b@example.org", title="B"))
IMPORT = ("events", "import", CALENDAR)
NOT_PUBLIC = "has no address, or one that is not public, so nothing is fetched from it."
NO_ADDRESS = (
    "an address must begin with http:// or https:// and a host, without a user name, and have at most 2000 characters."
)


@contextmanager
def answering(body: str) -> Iterator[str]:
    """The address of a file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers["If-None-Match"] == '"1"'
            self.send_response(304 if known else 200)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(0 if known else len(body)))
            self.end_headers()
            self.wfile.write(b"" if known else body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/a.ics"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_file_is_taken_and_the_report_says_what_was_not(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text(file(event("a@example.org", "URL:ftp://x"), event("b@example.org"), BROKEN))
    assert terminal(*IMPORT, "a.ics").answer == (
        "events: 2 added, 0 changed, 0 unchanged, 0 cancelled, 1 skipped\n"
        "skipped: broken, Some day: It has no DTSTART, so nobody knows when it begins.\n"
        "altered: a@example.org, a@example.org: Its URL was left out, since it is no address of a page: 'ftp://x'.\n"
    )


def test_standard_input_is_taken_again_and_again(terminal: Terminal) -> None:
    for line in ("2 added, 0 changed, 0 unchanged", "0 added, 0 changed, 2 unchanged"):
        assert terminal(*IMPORT, "-", given=TWO.encode()).answer == f"events: {line}, 0 cancelled, 0 skipped\n"


@on_sqlite
def test_an_address_is_asked_whether_it_has_changed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDOTORG_FETCH_LOOPBACK", "true")
    with answering(TWO) as address:
        assert terminal(*IMPORT, address).answer.startswith("events: 2 added")
        assert terminal(*IMPORT, address).answer == "The file is as it was last time: nothing to change.\n"


@on_sqlite
@pytest.mark.parametrize(
    ("arguments", "given", "sentence"),
    [
        (("nowhere", "-"), TWO, "There is no calendar nowhere."),
        ((CALENDAR, "nothing.ics"), "", "nothing.ics cannot be read: no such file or directory."),
        ((CALENDAR, "."), "", ". cannot be read: is a directory."),
        ((CALENDAR, "a\0b"), "", "'a\\x00b' cannot be read: embedded null byte."),
        ((CALENDAR, "-"), "<html>", "The file is a web page or XML; an iCalendar file is needed."),
        ((CALENDAR, "-"), "x" * (5 * 1024**2 + 1), "The file has more than 5 MiB."),
        ((CALENDAR, "http://127.0.0.1:9999/"), "", f"127.0.0.1 {NOT_PUBLIC}"),
        ((CALENDAR, "webcal:x"), "", f"Nothing can be fetched: {NO_ADDRESS}"),
        ((CALENDAR,), "", "Missing argument 'FILE_OR_ADDRESS'."),
    ],
    ids=["calendar", "file", "folder", "NUL", "page", "large", "loopback", "webcal", "nothing"],
)  # fmt: skip
def test_it_fails_with_one_sentence(terminal: Terminal, arguments: tuple[str, ...], given: str, sentence: str) -> None:
    assert terminal("events", "import", *arguments, given=given.encode()).refusal == sentence


@on_sqlite
def test_a_database_that_is_not_there_is_not_made(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYDOTORG_DATABASE_URL", "sqlite:///nothing.db")
    assert terminal(*IMPORT, "-", given=TWO.encode()).refusal.startswith("The database is empty;")
    assert not Path("nothing.db").exists()


def test_the_audit_log_names_the_command_line(terminal: Terminal, fresh_database: str) -> None:
    terminal(*IMPORT, "-", given=TWO.encode())

    async def entries() -> set[tuple[str, str]]:
        transactions = Transactions(configured(fresh_database).database_url)
        said: list[Any] = [AuditEntry.actor_kind, AuditEntry.action, AuditEntry.after]
        wanted = select(*said).where(AuditEntry.resource == "event")
        try:
            rows = await transactions.read(lambda db: db.fetch(wanted))
            return {(row.actor_kind, row.action) for row in rows if row.after["uid"].endswith("@example.org")}
        finally:
            await transactions.dispose()

    assert asyncio.run(entries()) == {("command_line", "pydotorg events import")}


def test_a_running_server_shows_at_once_what_was_imported(tmp_path: Path) -> None:
    with serving(tmp_path) as base, httpx.Client(base_url=base, trust_env=False) as client:
        at = f"/api/v1/calendars/{CALENDAR}"
        for given, titles in ((TWO, {"a@example.org", "B"}), (file(), set())):
            before = client.get(f"{at}.ics")
            command(tmp_path, *IMPORT, "-", said=given)
            after = client.get(f"{at}.ics", headers={"If-None-Match": before.headers["etag"]})
            assert after.status_code == 200
            found = client.get(f"{at}/events", params={"limit": 1000}).json()
            assert {each["title"] for each in found} & {"a@example.org", "B"} == titles
        assert json.loads(client.get("/api/v1/calendars").content)[0]["slug"] == CALENDAR
