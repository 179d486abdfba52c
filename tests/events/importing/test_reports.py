"""What an import makes of a calendar, however often it is repeated."""

import httpx
import pytest

from pydotorg.kernel.fetching import VALIDATOR_CHARACTERS_MAX
from tests.accounts.people import Person
from tests.events.desk import EVENTS, OCCURRENCES, file_of, published, step
from tests.fetching.hosts import hosted, ok
from tests.review.desks import Json

from .elsewhere import BROKEN, NOTHING, event, file, found_in, imported

pytestmark = pytest.mark.anyio

THREE = [event("a@example.org"), event("b@example.org"), event("c@example.org")]


async def test_a_repeated_import_changes_nothing(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> None:
    assert await imported(moderator, calendar, *THREE) == NOTHING | {"created": 3}
    before = await found_in(public, calendar)
    assert await imported(moderator, calendar, *reversed(THREE)) == NOTHING | {"unchanged": 3}
    assert await found_in(public, calendar) == before
    assert {each["status"] for each in before.values()} == {"approved"}


async def test_what_is_different_is_changed_and_is_the_same_event_in_a_new_version(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, *THREE)
    before = await found_in(public, calendar)
    moved = event("a@example.org", title="Another day", starts="DTSTART:20270606T120000Z")
    assert await imported(moderator, calendar, moved, *THREE[1:]) == NOTHING | {"changed": 1, "unchanged": 2}
    after = await found_in(public, calendar)
    assert {uid for uid in after if after[uid] != before[uid]} == {"a@example.org"}
    was, now = before["a@example.org"], after["a@example.org"]
    assert (now["id"], now["slug"], now["sequence"]) == (was["id"], was["slug"], was["sequence"] + 1)
    assert (now["title"], now["starts_at"]) == ("Another day", "2027-06-06T12:00:00Z")
    assert now["next_occurrence"] == {"starts_at": "2027-06-06T12:00:00Z", "ends_at": "2027-06-06T12:00:00Z"}
    assert [each["title"] for each in (await public.get(EVENTS, params={"q": "Another day"})).json()] == ["Another day"]


async def test_the_sequence_of_the_source_counts_where_it_is_higher(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, event("a@example.org", "SEQUENCE:7"))
    await imported(moderator, calendar, event("a@example.org", "SEQUENCE:7", title="One"))
    assert (await found_in(public, calendar))["a@example.org"]["sequence"] == 8
    await imported(moderator, calendar, event("a@example.org", "SEQUENCE:20", title="Two"))
    assert (await found_in(public, calendar))["a@example.org"]["sequence"] == 20


async def test_what_has_vanished_is_cancelled_and_happens_again_when_it_is_back(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, *THREE)
    before = (await found_in(public, calendar))["b@example.org"]
    assert await imported(moderator, calendar, THREE[0], THREE[2]) == NOTHING | {"unchanged": 2, "cancelled": 1}
    gone = (await found_in(public, calendar, "cancelled"))["b@example.org"]
    assert (gone["id"], gone["sequence"], gone["next_occurrence"]) == (before["id"], before["sequence"] + 1, None)
    assert await happening(public, calendar) == {"a@example.org", "c@example.org"}
    assert "STATUS:CANCELLED" in await file_of(public, f"/events/{before['id']}.ics")
    assert await imported(moderator, calendar, THREE[0], THREE[2]) == NOTHING | {"unchanged": 2}
    assert await imported(moderator, calendar, *THREE) == NOTHING | {"unchanged": 2, "changed": 1}
    back = (await found_in(public, calendar))["b@example.org"]
    assert (back["id"], back["sequence"]) == (before["id"], before["sequence"] + 2)
    assert await happening(public, calendar) == {"a@example.org", "b@example.org", "c@example.org"}
    named = {"q": "b@example.org", "calendar": calendar["id"]}
    assert [each["id"] for each in (await public.get(EVENTS, params=named)).json()] == [before["id"]]


async def happening(client: httpx.AsyncClient, calendar: Json) -> set[str]:
    """What is in the list of what happens."""
    found = await client.get(OCCURRENCES, params={"calendar": calendar["id"], "from": "2027-01-01"})
    return {each["title"] for each in found.json()}


async def test_an_empty_calendar_cancels_all(public: httpx.AsyncClient, moderator: Person, calendar: Json) -> None:
    await imported(moderator, calendar, *THREE)
    assert await imported(moderator, calendar) == NOTHING | {"cancelled": 3}
    assert await happening(public, calendar) == set()


async def test_what_the_source_cancels_is_cancelled(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    off = event("a@example.org", "STATUS:CANCELLED")
    assert await imported(moderator, calendar, off) == NOTHING | {"created": 1}
    assert [*await found_in(public, calendar, "cancelled")] == ["a@example.org"]
    assert await imported(moderator, calendar, event("a@example.org")) == NOTHING | {"changed": 1}
    assert await imported(moderator, calendar, off) == NOTHING | {"changed": 1}
    assert await happening(public, calendar) == set()


async def test_what_a_moderator_has_cancelled_stays_so(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    await imported(moderator, calendar, *THREE)
    event_ = (await found_in(public, calendar))["a@example.org"]
    assert (await step(moderator, event_, "cancel")).status_code == 200
    assert await imported(moderator, calendar, *THREE) == NOTHING | {"unchanged": 3}
    renamed = event("a@example.org", title="Another day")
    assert await imported(moderator, calendar, renamed, *THREE[1:]) == NOTHING | {"changed": 1, "unchanged": 2}
    assert [*await found_in(public, calendar, "cancelled")] == ["a@example.org"]
    assert await imported(moderator, calendar, *THREE[1:]) == NOTHING | {"unchanged": 2}
    await imported(moderator, calendar, *THREE)
    assert [*await found_in(public, calendar, "cancelled")] == ["a@example.org"]


async def test_an_event_of_ones_own_is_left_alone(
    public: httpx.AsyncClient, owner: Person, moderator: Person, calendar: Json
) -> None:
    own = await published(owner, moderator, calendar=calendar["slug"])
    mine = (await found_in(public, calendar))[own["uid"]]
    remark = {"place": own["uid"], "title": "Stolen", "reason": "The calendar has an event of its own with this UID."}
    assert await imported(moderator, calendar, event(own["uid"], title="Stolen")) == NOTHING | {"skipped": [remark]}
    assert await imported(moderator, calendar, *THREE) == NOTHING | {"created": 3}
    assert (await found_in(public, calendar))[own["uid"]] == mine


async def test_the_same_uid_in_two_calendars_is_two_events_and_once_in_a_file(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    other = (await moderator.client.post("/api/v1/calendars", json={"name": f"{calendar['name']} too"})).json()
    uid = f"{calendar['id']}@example.org"
    for each in (calendar, other):
        assert await imported(moderator, each, event(uid)) == NOTHING | {"created": 1}
    assert len((await public.get(EVENTS, params={"q": uid})).json()) == 2
    assert (await file_of(public, "/events.ics", q=uid)).count("BEGIN:VEVENT") == 1


async def test_one_bad_event_does_not_stop_the_others(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    report = await imported(moderator, calendar, THREE[0], BROKEN, event("x", "URL:javascript:alert(1)"))
    assert report == NOTHING | {
        "created": 2,
        "skipped": [
            {
                "place": "broken", "title": "Some day",
                "reason": "It has no DTSTART, so nobody knows when it begins.",
            },
        ],
        "altered": [
            {
                "place": "x", "title": "x",
                "reason": "Its URL was left out, since it is no address of a page: 'javascript:alert(1)'.",
            },
        ],
    }  # fmt: skip
    assert {*await found_in(public, calendar)} == {"a@example.org", "x"}


async def test_a_report_tells_of_each_event_what_was_altered_each_time(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    names = [f"{calendar['slug']} {number}" for number in range(25)]
    for name in names:
        assert (await moderator.client.post("/api/v1/event-categories", json={"name": name})).status_code == 201
    many = event("a", "STATUS:TENTATIVE", f"CATEGORIES:{','.join(names)}")
    day = event("b", "DURATION:PT90M", starts="DTSTART;VALUE=DATE:20270301").replace("SUMMARY:b", "TRANSP:OPAQUE")
    altered = [
        {"place": "a", "title": "a", "reason": "Its STATUS became CONFIRMED: 'TENTATIVE'."},
        {"place": "a", "title": "a", "reason": "Its CATEGORIES were cut to 20."},
        {"place": "b", "title": "Untitled event", "reason": "Its DURATION was rounded up to whole days: 'PT90M'."},
        {"place": "b", "title": "Untitled event", "reason": "It has no SUMMARY, so it became 'Untitled event'."},
    ]
    for outcome in ("created", "unchanged"):
        report = await imported(moderator, calendar, many, day)
        reported = sorted(report["altered"], key=altered.index)
        assert report | {"altered": reported} == NOTHING | {outcome: 2, "altered": altered}
    found = await found_in(public, calendar)
    assert len(found["a"]["categories"]) == 20
    assert (found["b"]["title"], found["b"]["ends_at"]) == ("Untitled event", "2027-03-01T23:00:00Z")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("DTSTART:20270106T090000Z", "It has several DTSTART that differ."),
        ("DURATION:-PT1H", "Its DURATION is negative: '-PT1H'."),
    ],
)
async def test_what_nobody_could_mean_is_skipped_and_not_altered(
    moderator: Person, calendar: Json, more: str, reason: str
) -> None:
    skipped = [{"place": "a", "title": "a", "reason": reason}]
    report = await imported(moderator, calendar, event("a", more, "STATUS:TENTATIVE"))
    assert report == NOTHING | {"skipped": skipped}


@pytest.mark.parametrize("uid", ["a@example.org", "a\\,b\\;c@example.org", "a" * 300])
async def test_what_cannot_be_taken_this_time_is_not_gone(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, uid: str
) -> None:
    await imported(moderator, calendar, event(uid, title="A"))
    before = await found_in(public, calendar)
    report = await imported(moderator, calendar, event(uid, title="A", starts="DTSTART:nonsense"))
    assert (report["cancelled"], len(report["skipped"])) == (0, 1)
    assert await found_in(public, calendar) == before


async def test_categories_and_locations_are_known_by_their_names(
    public: httpx.AsyncClient, moderator: Person, calendar: Json
) -> None:
    word = calendar["slug"]
    for kind in ("event-categories", "event-locations"):
        assert (await moderator.client.post(f"/api/v1/{kind}", json={"name": f"Zoo {word}"})).status_code == 201
    said = event("a@example.org", f"CATEGORIES:zoo {word},Other", f"LOCATION:ZOO {word}")
    await imported(moderator, calendar, said)
    found = (await found_in(public, calendar))["a@example.org"]
    assert [each["name"] for each in found["categories"]] == [found["location"]["name"]] == [f"Zoo {word}"]
    assert found["venue"] == ""
    assert await imported(moderator, calendar, said) == NOTHING | {"unchanged": 1}
    other = event("a@example.org", "CATEGORIES:Other", "LOCATION:Elsewhere")
    assert await imported(moderator, calendar, other) == NOTHING | {"changed": 1}
    found = (await found_in(public, calendar))["a@example.org"]
    assert (found["categories"], found["location"], found["venue"]) == ([], None, "Elsewhere")


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
@pytest.mark.parametrize("more", [0, 1])
async def test_what_a_server_says_of_a_version_is_kept_up_to_its_limit(
    moderator: Person, calendar: Json, header: str, more: int
) -> None:
    value = "x" * (VALIDATOR_CHARACTERS_MAX + more)
    async with hosted(ok(file(THREE[0]).encode(), f"{header}: {value}")) as host:
        for outcome in ("created", "unchanged"):
            assert await imported(moderator, calendar, url=host.address) == NOTHING | {outcome: 1}
    assert [value in head for head in host.asked] == [False, not more]


async def test_the_audit_log_tells_who_imported_what(
    public: httpx.AsyncClient, moderator: Person, calendar: Json, auditor: Person
) -> None:
    await imported(moderator, calendar, *THREE)
    ids = {each["id"] for each in (await found_in(public, calendar)).values()}
    where = {"resource": "event", "action": "calendars_import", "actor": moderator.name, "limit": "1000"}
    entries = (await auditor.client.get("/api/v1/audit", params=where)).json()
    told = [each for each in entries if each["resource_id"] in ids]
    assert len(told) == 3
    assert {each["after"]["uid"] for each in told} == {"a@example.org", "b@example.org", "c@example.org"}
