"""Texts and times as the world writes them, as the API and files to subscribe to show them."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import vobject

from tests.accounts.people import Person
from tests.events.desk import CALENDARS, OCCURRENCES, file_of
from tests.fetching.hosts import hosted, ok
from tests.review.desks import Json
from tests.working import on_sqlite

from .elsewhere import NOTHING, event, file, found_in, imported

pytestmark = [pytest.mark.anyio, on_sqlite]

SCRIPTS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<svg/onload=alert(1)>",
    "[y](data:text/html;base64\\,PHNjcmlwdD4=)", '<a href="vbscript:x">', "<iframe src=//evil.example></iframe>",
)  # fmt: skip
HOSTILE = "\\n\\n".join(SCRIPTS)


async def test_nothing_of_a_text_can_be_executed(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> None:
    fields = ("DESCRIPTION", "LOCATION", "CATEGORIES", "COMMENT", "X-ALT-DESC;FMTTYPE=text/html")
    said = event(f"{HOSTILE}@x", *(f"{name}:{HOSTILE}" for name in fields), title=HOSTILE)
    await imported(moderator, calendar, said, event("b", "URL:https://example.org/<script>"))
    found = await found_in(public, calendar)
    [hostile] = [each for uid, each in found.items() if uid != "b"]
    html = hostile["description_html"]
    assert {*re.findall(r"<\s*/?\s*(\w+)", html)} <= {"p", "a", "br"}
    assert not re.search(r"<[^>]*(javascript|data|vbscript|on\w+=)", html, re.IGNORECASE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)</script>" in hostile["title"], "JSON is no HTML"
    answer = await public.get(f"/api/v1/events/{hostile['id']}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert hostile["url"] == ""


async def test_no_text_breaks_out_of_a_file(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> None:
    breaking = "x\\nEND:VEVENT\\nBEGIN:VEVENT\\nUID:evil\\nSUMMARY:y\\n\\;\\,\\\\"
    names = ("DESCRIPTION", "LOCATION")
    await imported(moderator, calendar, event("a", *(f"{name}:{breaking}" for name in names), title=breaking))
    whole = await file_of(public, f"/calendars/{calendar['id']}.ics")
    assert [each.uid.value for each in vobject.readOne(whole).vevent_list] == ["a"]
    assert await imported(moderator, calendar, *re.findall(r"BEGIN:VEVENT.*END:VEVENT\r\n", whole, re.DOTALL)) == (
        NOTHING | {"unchanged": 1}
    )


async def test_control_characters_vanish(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> None:
    controls = "".join(map(chr, (*range(1, 9), *range(11, 13), *range(14, 32), 0x7F, 0x85, 0x2028, 0xFFFE, 0x202E)))
    raw = file(event(f"a{controls}b", f"DESCRIPTION:c{controls}d", f"LOCATION:e{controls}f", title=f"g{controls}h"))
    async with hosted(ok(raw.replace("SUMMARY:g", "SUMMARY:\0g").encode())) as host:
        assert (await imported(moderator, calendar, url=host.address))["created"] == 1
    [found] = (await found_in(public, calendar)).values()
    text = json.dumps([found["title"], found["venue"], found["uid"]], ensure_ascii=False)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\ufffe]", text)
    assert (found["title"][0], found["title"][-1]) == ("g", "h")


@pytest.mark.parametrize(
    ("coding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
    ids=["UTF-8", "UTF-8 with its mark", "UTF-16", "UTF-16 the other way round"],
)
async def test_files_are_read_in_their_coding_and_unfolded(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, coding: str, mark: bytes
) -> None:
    folded = event("a", "DESCRIPTION:Grüße aus\n  Zürich\\, 世\n 界 🐍", title="Schlan\n gentag")
    raw = mark + file(folded).replace("\n", "\r\n").encode(coding)
    async with hosted(ok(raw, "Content-Type: text/calendar")) as host:
        await imported(moderator, calendar, url=host.address)
    found = (await found_in(public, calendar))["a"]
    assert (found["title"], found["description"]) == ("Schlangentag", "Grüße aus Zürich, 世界 🐍")


ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Custom\nBEGIN:STANDARD\nDTSTART:19701025T030000\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n"
    "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
)
TIMES = {
    "UTC": (event("UTC", starts="DTSTART:20270705T090000Z"), ["2027-07-05T09:00:00Z"]),
    "floating": (event("floating", starts="DTSTART:20270705T090000"), ["2027-07-05T07:00:00Z"]),
    "zone": (event("zone", starts="DTSTART;TZID=America/New_York:20270705T090000"), ["2027-07-05T13:00:00Z"]),
    "Windows": (event("Windows", starts="DTSTART;TZID=Tokyo Standard Time:20270705T090000"), ["2027-07-05T00:00:00Z"]),
    "defined": (event("defined", starts="DTSTART;TZID=Custom:20270705T090000"), ["2027-07-05T07:00:00Z"]),
    "day": (event("day", starts="DTSTART;VALUE=DATE:20270705"), ["2027-07-04T22:00:00Z"]),
    "days": (
        event("days", "DTEND;VALUE=DATE:20270708", starts="DTSTART;VALUE=DATE:20270705"), ["2027-07-04T22:00:00Z"],
    ),
    "moved": (
        event(
            "moved", "RRULE:FREQ=WEEKLY;COUNT=5", "EXDATE:20270112T090000Z", "RDATE:20270120T090000Z",
            "END:VEVENT", "BEGIN:VEVENT", "UID:moved", "RECURRENCE-ID:20270119T090000Z", "DTSTART:20270119T150000Z",
            "SUMMARY:Later", "END:VEVENT", "BEGIN:VEVENT", "UID:moved", "RECURRENCE-ID:20270126T090000Z",
            "DTSTART:20270126T090000Z", "STATUS:CANCELLED",
        ),
        ["2027-01-05T09:00:00Z", "2027-01-19T15:00:00Z", "2027-01-20T09:00:00Z", "2027-02-02T09:00:00Z"],
    ),
}  # fmt: skip


async def test_times_are_understood_as_they_were_meant(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    lost = event("lost", starts="DTSTART;TZID=Mars/Base:20270705T090000")
    raw = file(*(said for said, _ in TIMES.values()), lost, head=ZONE)
    report = await imported(moderator, calendar, ics=raw)
    assert (report["created"], [each["place"] for each in report["skipped"]]) == (len(TIMES), ["lost"])
    assert "Mars/Base" in report["skipped"][0]["reason"]
    where = {"calendar": calendar["id"], "from": "2027-01-01", "to": "2027-12-31", "limit": "1000"}
    found: dict[str, list[str]] = {}
    for each in (await public.get(OCCURRENCES, params=where)).json():
        found.setdefault(each["event"]["title"], []).append(each["starts_at"])
    assert found == {uid: starts for uid, (_, starts) in TIMES.items()}
    details = await found_in(public, calendar)
    assert (details["day"]["all_day"], details["days"]["ends_at"]) == (True, "2027-07-07T22:00:00Z")


async def test_rules_that_make_too_much_are_skipped_and_all_else_is_taken(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    rules = {
        "FREQ=SECONDLY": False, "FREQ=MINUTELY": False, "FREQ=HOURLY": False, "FREQ=DAILY": True, "FREQ=NEVER": False,
        "FREQ=DAILY;COUNT=999999999": False, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": True,
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,1,2,3": False, "FREQ=WEEKLY;INTERVAL=0": False,
    }  # fmt: skip
    report = await imported(moderator, calendar, *(event(rule, f"RRULE:{rule}") for rule in rules))
    assert {each["place"] for each in report["skipped"]} == {rule for rule, taken in rules.items() if not taken}
    assert {*await found_in(public, calendar)} == {rule for rule, taken in rules.items() if taken}


async def test_what_recurs_for_ever_is_listed_for_two_years(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, event("a", "RRULE:FREQ=MONTHLY", starts="DTSTART:20200105T090000Z"))
    upcoming = (await public.get("/api/v1/events/upcoming", params={"calendar": calendar["id"]})).json()
    last = datetime.fromisoformat(upcoming[-1]["next_occurrence"]["starts_at"])
    assert len(upcoming) in (23, 24, 25)
    assert timedelta(days=690) < last - datetime.now(UTC) < timedelta(days=732)
    assert (await public.get(f"{CALENDARS}/{calendar['id']}/events")).json()[0]["rrule"] == "FREQ=MONTHLY"
