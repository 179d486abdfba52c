"""Query parameters are strict on every address that is no file, redirect or page: nothing is silently ignored."""

from urllib.parse import quote

import httpx
import pytest

from .asking import HOST, ask, error_of, faults_of
from .routes import DOOR, EVERY, LISTS, READS, STRICT, Route, each

pytestmark = pytest.mark.anyio

RELEASES = "/api/v1/releases"
AS_ROOT = (*HOST, ("authorization", "Bearer root"))
LENIENT = [route for route in EVERY if route.operation.query.lenient]
TAKING = [route for route in READS if route.operation.query.parameters]


def single(route: Route) -> list[str]:
    return [name for name, parameter in route.operation.query.parameters.items() if not parameter.repeatable]


@each(STRICT)
async def test_an_unknown_parameter_is_refused_with_those_that_are_known(route: Route, door: httpx.AsyncClient) -> None:
    answer = await door.request(route.operation.method, route.address, params={"utm_source": "mail"})
    faults = faults_of(answer)
    assert set(faults) == {"utm_source"}
    known = route.operation.query.parameters
    for name in known:
        assert f"`{name}`" in faults["utm_source"]
    assert known or faults["utm_source"] == "unknown parameter; this address takes none"


@each(LENIENT)
async def test_a_redirect_or_a_file_ignores_what_it_does_not_know(route: Route, root: httpx.AsyncClient) -> None:
    plain = await root.get(route.asked)
    mark = "&" if "?" in route.asked else "?"
    tracked = await root.get(f"{route.asked}{mark}utm_source=mail&page_size=5&=&utm_source=")
    assert plain.status_code in {200, 302}
    assert (tracked.status_code, tracked.content) == (plain.status_code, plain.content)
    assert tracked.headers.get("location") == plain.headers.get("location")


@each(LISTS)
async def test_who_guesses_at_page_size_is_told_its_name(route: Route, door: httpx.AsyncClient) -> None:
    for guess in ("page_size", "pagesize", "PageSize", "page-size", "per_page", "pageSzie"):
        faults = faults_of(await door.get(route.address, params={guess: 5}))
        assert set(faults) == {guess}
        assert "did you mean `pageSize`?" in faults[guess]


@pytest.mark.parametrize(
    ("path", "guess", "meant"),
    [
        (RELEASES, "ordering", "sort"),
        (RELEASES, "order_by", "sort"),
        (RELEASES, "is_prerelease", "pre_release"),
        (RELEASES, "prerelease", "pre_release"),
        (RELEASES, "preRelease", "pre_release"),
        (RELEASES, "page", "currentPage"),
        (RELEASES, "current_page", "currentPage"),
        (RELEASES, "ofset", "offset"),
        (RELEASES, "published", "is_published"),
        (RELEASES, "search", "q"),
        (RELEASES, "Version", "version"),
        ("/api/v1/releases/latest", "is_prerelease", "pre_release"),
        ("/api/v1/files", "platform", "os"),
        ("/api/v1/files", "sha256sum", "sha256"),
    ],
)
async def test_a_guess_is_answered_with_the_nearest_name(
    door: httpx.AsyncClient, path: str, guess: str, meant: str
) -> None:
    faults = faults_of(await door.get(path, params={guess: "x"}))
    assert set(faults) == {guess}
    assert f"did you mean `{meant}`?" in faults[guess]


async def test_nothing_is_suggested_that_the_address_does_not_take(door: httpx.AsyncClient) -> None:
    message = faults_of(await door.get("/api/v1/files", params={"ordering": "name"}))["ordering"]
    assert "did you mean" not in message
    assert "`sort`" not in message


@each(TAKING)
async def test_an_empty_parameter_is_refused(route: Route, door: httpx.AsyncClient) -> None:
    for name in route.operation.query.parameters:
        for query in (f"{name}=", name):
            answer = await door.get(f"{route.address}?{query}")
            assert faults_of(answer)[name] == "must not be empty; leave it out instead"


@each(TAKING)
async def test_a_single_parameter_given_twice_is_refused(route: Route, door: httpx.AsyncClient) -> None:
    for name in single(route):
        answer = await door.get(f"{route.address}?{name}=3&{name}=3")
        assert faults_of(answer)[name] == "may be given only once"


@each(route for route in TAKING if route in STRICT)
async def test_every_fault_is_named_at_once(route: Route, door: httpx.AsyncClient) -> None:
    one, *others = single(route)
    query = "&".join([f"{one}=3&{one}=3", *(f"{name}=" for name in others), "foo=1&bar=2&foo=3"])
    assert set(faults_of(await door.get(f"{route.address}?{query}"))) == {*single(route), "foo", "bar"}


@each(STRICT)
async def test_text_that_is_not_utf8_is_refused(route: Route) -> None:
    for garbage in ("%FF", "%C3", "%C3%28", "%ED%A0%80", "%F8%88%80%80%80"):
        for query in (f"q={garbage}", f"{garbage}=q", f"limit=1&q={garbage}"):
            answer = await ask(DOOR, route.operation.method, f"{route.address}?{query}", headers=AS_ROOT)
            assert faults_of(answer) == {"": "must be percent-encoded UTF-8"}


@each(STRICT)
async def test_bytes_that_nobody_encoded_are_refused(route: Route) -> None:
    for raw in (b"q=\xff", b"q=\xc3\xbc", b"\x80=1"):
        target = route.address.encode() + b"?" + raw
        error_of(await ask(DOOR, route.operation.method, target, headers=AS_ROOT), 400)


@each(TAKING)
async def test_control_characters_are_refused_wherever_they_stand(route: Route, door: httpx.AsyncClient) -> None:
    for name, parameter in route.operation.query.parameters.items():
        for code in ("%00", "3%00", "3.14%0A", "%0A3.14", "windows%0D", "3%1B", "%C2%85", "%E2%80%A8", "%EF%BF%BF"):
            answer = await door.get(f"{route.address}?{name}={code}")
            assert answer.status_code == 400, f"{name}={code} was accepted as {parameter.type}"
            assert name in faults_of(answer)


@each(STRICT)
async def test_two_hundred_parameters_are_too_many(route: Route, door: httpx.AsyncClient) -> None:
    query = "&".join(f"p{number}=1" for number in range(200))
    error_of(await door.request(route.operation.method, f"{route.address}?{query}"), 400)
    error_of(await door.request(route.operation.method, f"{route.address}?{'limit=1&' * 200}"), 400)


@each(STRICT)
async def test_a_parameter_without_a_name_is_refused(route: Route, door: httpx.AsyncClient) -> None:
    answer = await door.request(route.operation.method, f"{route.address}?&&=1&")
    assert set(faults_of(answer)) == {""}


@pytest.mark.parametrize("text", ["x" * 201, "é" * 300, "%" * 201])
async def test_long_text_is_refused(door: httpx.AsyncClient, text: str) -> None:
    for path, name in ((RELEASES, "q"), ("/api/v1/files", "q"), ("/api/v1/files", "filename")):
        assert set(faults_of(await door.get(path, params={name: text}))) == {name}


@pytest.mark.parametrize("text", ["x" * 200, "é" * 200, "'", '"', "\\", "%", "_", "%%", "--", "𝔘nicode", "ß", "\u202e"])
async def test_any_line_of_text_can_be_searched_for(anyone: httpx.AsyncClient, text: str) -> None:
    for path in (RELEASES, "/api/v1/files"):
        answer = await anyone.get(f"{path}?q={quote(text)}")
        assert answer.status_code == 200
        assert text in "_-" or answer.json() == []


@pytest.mark.parametrize("value", ["1", "0", "True", "TRUE", "yes", "on", "null", "t"])
async def test_a_yes_or_no_is_true_or_false(door: httpx.AsyncClient, value: str) -> None:
    for name in ("pre_release", "yanked", "is_latest", "is_latest_of_cycle"):
        assert faults_of(await door.get(RELEASES, params={name: value})) == {name: "must be `true` or `false`"}


async def test_a_choice_is_refused_with_all_choices(door: httpx.AsyncClient) -> None:
    faults = faults_of(await door.get(RELEASES, params={"sort": "date", "status": "stable", "include": "all"}))
    assert faults == {
        "sort": "must be one of `version`, `-version`, `release_date`, `-release_date`, `updated_at`, `-updated_at`",
        "status": "must be one of `feature`, `prerelease`, `bugfix`, `security`, `end-of-life`",
        "include": "must be one of `files`",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("released_after", "2026-02-30"),
        ("released_after", "0000-00-00"),
        ("released_before", "20260101"),
        ("released_before", "yesterday"),
        ("released_before", "2026-10-09T12:00:00Z"),
        ("updated_after", "2026-10-09"),
        ("updated_after", "2026-10-09T12:00:00"),
        ("updated_after", "1700000000"),
        ("updated_after", "2026-10-09T25:00:00Z"),
        ("updated_after", "0001-01-01T00:00:00+14:00"),
        ("updated_after", "9999-12-31T23:59:59-14:00"),
        ("major", "10000"),
        ("major", "-3"),
        ("cycle", "3"),
        ("cycle", "3.14.1"),
        ("cycle", "3." + "1" * 30),
        ("version", "latest"),
        ("version", "3.14.8 "),
        ("version", "1" * 51),
        ("os", "Windows 11"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_in_words(door: httpx.AsyncClient, name: str, value: str) -> None:
    faults = faults_of(await door.get(RELEASES, params={name: value}))
    assert set(faults) == {name}
    assert faults[name].startswith("must "), faults[name]
    assert "regex" not in faults[name]


async def test_a_span_of_days_must_not_end_before_it_begins(door: httpx.AsyncClient) -> None:
    asked = {"released_after": "2026-01-02", "released_before": "2026-01-01"}
    faults = faults_of(await door.get(RELEASES, params=asked))
    assert faults == {"released_before": "must not be earlier than `released_after`"}
