"""What python.org may do while it is read: each trouble is waited out, or ends in one sentence."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pydotorg.releases.importing import forms
from pydotorg.releases.importing.reading import CannotRead, Patience, Reading, Service, base_of, pause_of
from tests.releases.importing.service import PythonOrg, Trouble, cut, dawdle, hang_up, status, systems

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HASTE = Patience(tries_max=3, try_seconds_max=0.5, pause_seconds=0.01, pause_seconds_max=0.02, body_bytes_max=100_000)

Read = Callable[..., Awaitable[Reading]]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def read(python_org: PythonOrg, told: list[str]) -> Read:
    """Reads the operating systems."""

    async def read(base: str = "") -> Reading:
        service = Service(base or python_org.url, HASTE, lambda *_: None, told.append)
        return (await service.read(forms.System))[0]

    return read


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (status(429, retry_after="0"), "answered 429 Too Many Requests"),
        (status(429, retry_after="Tue, 24 Nov 2026 12:00:00 GMT"), "answered 429 Too Many Requests"),
        (status(429), "answered 429 Too Many Requests"),
        (status(500, b"<h1>Server Error (500)</h1>"), "answered 500 Internal Server Error"),
        (status(503, retry_after="soon"), "answered 503 Service Unavailable"),
        (cut, "could not be read (peer closed connection without sending complete message body"),
        (hang_up, "could not be read (Server disconnected without sending a response)"),
        (dawdle, "did not finish within 0.5 s"),
    ],
    ids=["429", "429-with-a-date", "429-bare", "500", "503", "cut", "no-answer", "slow"],
)
async def test_a_trouble_that_passes_is_waited_out(
    trouble: Trouble, sentence: str, python_org: PythonOrg, read: Read, told: list[str]
) -> None:
    python_org.troubles += [trouble, trouble]
    assert [row["slug"] for row in (await read()).rows] == ["windows", "macos", "source", "android", "ios"]
    assert len(python_org.asked) == 3
    assert len(told) == 2
    assert told[0].startswith(f"{python_org.url}/api/v2/downloads/os/ {sentence}")


@pytest.mark.parametrize(
    "trouble",
    [status(429, retry_after="1"), status(500), cut, hang_up, dawdle, status(302, location="http://x:y/"),
     status(302, location="http://xn--/")],
    ids=["429", "500", "cut", "no-answer", "slow", "odd-port", "odd-host"],
)  # fmt: skip
async def test_a_trouble_that_stays_ends_in_one_sentence(trouble: Trouble, python_org: PythonOrg, read: Read) -> None:
    python_org.troubles += [trouble] * 10
    with pytest.raises(CannotRead, match=r"^http://\S+/os/ [^\n]+, at the last of 3 tries; try again later\.$"):
        await read()
    assert len(python_org.asked) == 3


async def test_a_service_that_is_not_there_ends_in_one_sentence(read: Read) -> None:
    with pytest.raises(CannotRead, match=r"could not be read .+, at the last of 3 tries"):
        await read("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("42", 42),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), -86_400),
        ("Tue, 24 Nov 2026 12:00:00", 0),
        ("", 0),
        ("-5", 0),
        ("soon", 0),
        ("²", 0),
        ("Tue, 99999999999999999999 Nov 2026 12:00:00 GMT", 0),
    ],
)
def test_how_long_to_wait_is_a_number_or_a_date(asked: str, seconds: float) -> None:
    assert pause_of(asked, NOW) == seconds


async def test_nobody_waits_longer_than_we_want_to(python_org: PythonOrg, read: Read, told: list[str]) -> None:
    python_org.troubles += [status(429, retry_after="86400")]
    await read()
    assert told[0].endswith("trying again in 0 s.")


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (status(404, b"{}"), "answered 404 Not Found; is it the address of a python.org?"),
        (status(403), "answered 403 Forbidden"),
        (status(200, b" " * 200_000), "answers more than 100,000 bytes"),
        (status(200, b"<!doctype html><title>Hi</title>", content_type="text/html"), "but with '<!doctype html>"),
        (status(200, b'[{"name": "Windows"'), "did not answer with a JSON array"),
        (status(200, b'{"meta": {}, "objects": []}'), "did not answer with a JSON array"),
        (status(200, b"\x1b[31m\xff"), r"but with '\x1b[31m"),
        (status(200, b"[" * 90_000), "did not answer with a JSON array"),
        (status(200, b'[{"id": 1}, 7]'), "answers nothing that could be used; its first row: name is missing"),
        (status(302, location="https://example.org/os/"), "redirects to another host, 'https://example.org/os/'"),
        (status(302, location="http://127.0.0.1:1/"), "redirects to another host"),
        (status(302, location="file:///etc/passwd"), "redirects to another host"),
    ],
    ids=["404", "403", "large", "html", "half", "object", "bytes", "deep", "foreign", "host", "port", "file"],
)
async def test_what_is_no_python_org_is_told_at_once(
    trouble: Trouble, sentence: str, python_org: PythonOrg, read: Read
) -> None:
    python_org.troubles += [trouble]
    with pytest.raises(CannotRead) as refusal:
        await read()
    assert sentence in str(refusal.value)
    assert len(python_org.asked) == 1


async def test_a_redirect_on_the_same_host_is_followed(python_org: PythonOrg, read: Read) -> None:
    python_org.troubles += [status(301, location="/elsewhere/os/")]
    assert len((await read()).rows) == 5
    assert python_org.asked == ["/api/v2/downloads/os/", "/elsewhere/os/"]


async def test_redirects_in_a_circle_come_to_an_end(python_org: PythonOrg, read: Read) -> None:
    python_org.troubles += [status(301, location="/elsewhere/os/")] * 100
    with pytest.raises(CannotRead, match="redirects more than 5 times"):
        await read()


async def test_a_row_that_breaks_the_form_is_named_and_the_rest_goes_on(python_org: PythonOrg, read: Read) -> None:
    python_org.lists["os"] = [{**systems()[0], "name": 7, "slug": None}, *systems(), systems()[1], [1], "x"]
    reading = await read()
    assert [row["number"] for row in reading.rows] == [1, 2, 3, 4, 5]
    first, twice, array, text = reading.skipped
    assert first[0] == "row 1 of 9 ('https://www.python.org/api/v2/downloads/os/1/')"
    assert first[1] == "name must be text, not 7; slug must be text, not None"
    assert twice == ("row 7 of 9 ('https://www.python.org/api/v2/downloads/os/2/')", "its number came before")
    assert array == ("row 8 of 9", "it must be an object, not [1]")
    assert text == ("row 9 of 9", "it must be an object, not 'x'")


async def test_an_empty_list_is_a_list(python_org: PythonOrg, read: Read) -> None:
    python_org.lists["os"] = []
    assert await read() == Reading()


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://www.python.org", "https://www.python.org"),
        ("https://www.python.org/", "https://www.python.org"),
        ("http://localhost:8000/mirror/", "http://localhost:8000/mirror"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_any_base_will_do(address: str, base: str) -> None:
    assert base_of(address) == base


@pytest.mark.parametrize(
    "address",
    ["www.python.org", "ftp://www.python.org", "file:///tmp", "https://", "https://a:b@www.python.org", "http://x/?y",
     "http://x/#y", "http://x:99999", ""],
)  # fmt: skip
def test_what_is_no_base_is_refused(address: str) -> None:
    with pytest.raises(CannotRead, match="--from must be an http or https address"):
        base_of(address)
