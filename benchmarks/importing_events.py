"""How long it takes to import a calendar of a thousand events, and how long an answer takes meanwhile."""

import os
import subprocess
import sys
import time
from statistics import median
from typing import NamedTuple

from .accounts import PASSWORD, log_in, post
from .bench import CHECKOUT, Bench
from .databases import PYDOTORG
from .plan import NO_STORE, POSTGRES, Candidate
from .processes import CannotMeasure, inherited
from .signing_in import Latencies, Sleep, asked, latencies

IMPORTING = "imports"
EVENTS, RECURRING = 1_000, 200
IMPORT_SECONDS_MAX, LATER_MILLISECONDS_MAX = 5, 5
ALONE_SECONDS = 3.0
MODERATOR = "bench-moderator"
CALENDARS = "/api/v1/calendars"
WEEKLY = "RRULE:FREQ=WEEKLY\r\n"
PROSE = (
    "A day for **snakes** of all sizes, with talks in the morning and sprints in the afternoon.\\n\\n* [Venue]"
    "(https://example.org/venue)\\n* [Tickets](https://example.org/tickets)\\n\\nBring a *laptop*\\, and a snack."
)


class Import(NamedTuple):
    """On one database, the seconds that an import takes, and a read of `latest` without it and beside it."""

    name: str
    seconds: float
    alone: Latencies
    beside: Latencies

    @property
    def later(self) -> float:
        """By how many milliseconds the slowest hundredth is slower."""
        return self.beside.p99 - self.alone.p99

    @property
    def word(self) -> str:
        """Whether it is as quick, and as quiet, as it is to be."""
        return "met" if self.seconds <= IMPORT_SECONDS_MAX and self.later <= LATER_MILLISECONDS_MAX else "not met"


def imports(bench: Bench) -> list[Import]:
    """On SQLite, and on PostgreSQL where there is one; with answers that are stored, and with none."""
    kinds = ["sqlite", *(["postgresql"] if POSTGRES in os.environ else [])]
    settings = {"stored": {}, "nothing stored": NO_STORE}
    return [
        _import(bench, Candidate(f"{kind}, {name}", said, kind)) for kind in kinds for name, said in settings.items()
    ]


def _import(bench: Bench, candidate: Candidate) -> Import:
    bench.tell(f"{IMPORTING}: {candidate.name}")
    make_moderator(bench, candidate.database)
    with bench.candidate(candidate, ["latest"], core=None) as target:
        port = target.ports["latest"]
        asked(port, Sleep(ALONE_SECONDS / 4).poll)
        alone = asked(port, Sleep(ALONE_SECONDS).poll)
        command = [sys.executable, "-m", "benchmarks.importing_events", str(port), str(bench.rounds)]
        # another process: threads of this one would slow what is measured
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as importing:
            beside = asked(port, importing.poll)
            said = importing.communicate()[0]
        if importing.returncode:
            raise CannotMeasure("Not every calendar could be imported.")
    seconds = median(map(float, said.split()))
    return Import(candidate.name, seconds, latencies("alone", alone), latencies("beside an import", beside))


def make_moderator(bench: Bench, kind: str) -> None:
    """Somebody who may import into the calendars of a database."""
    environment = {**inherited(), "PYDOTORG_DATABASE_URL": bench.database(kind)}
    command = [str(PYDOTORG), "users", "create", MODERATOR, "--email", "bench@example.org", "--password-stdin"]
    done = subprocess.run(
        [*command, "--role", "event_moderator"], cwd=bench.folder, env=environment, input=PASSWORD, text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode and "taken" not in done.stderr:
        raise CannotMeasure(done.stderr.strip())


def import_one_after_another(port: int, times: int) -> None:
    """Print how many seconds each takes, of a calendar that is new each time."""
    bearer = {"Authorization": f"Bearer {log_in(port, MODERATOR)}"}
    for _ in range(times):
        calendar = post(port, CALENDARS, {"name": f"Calendar {time.time_ns()}", "timezone": "Europe/Berlin"}, bearer)
        began = time.perf_counter()
        report = post(port, f"{CALENDARS}/{calendar['id']}/import", {"ics": file()}, bearer, seconds_max=60)
        print(time.perf_counter() - began)
        if report["created"] != EVENTS:
            raise CannotMeasure(f"Of {EVENTS} events, {report['created']} were imported.")


def file() -> str:
    """A calendar of events of which some recur every week, for ever."""
    events = "".join(_event(number) for number in range(EVENTS))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//bench//EN\r\n{events}END:VCALENDAR\r\n"


def _event(number: int) -> str:
    day = f"2027{number % 12 + 1:02}{number % 28 + 1:02}"
    return (
        f"BEGIN:VEVENT\r\nUID:{number}@example.org\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Snake day {number}\r\n"
        f"DTSTART;TZID=Europe/Berlin:{day}T090000\r\nDTEND;TZID=Europe/Berlin:{day}T173000\r\n"
        f"{WEEKLY if number < RECURRING else ''}LOCATION:Hall {number % 9}\\, Berlin\r\nDESCRIPTION:{PROSE}\r\n"
        f"END:VEVENT\r\n"
    )


if __name__ == "__main__":
    import_one_after_another(int(sys.argv[1]), int(sys.argv[2]))
