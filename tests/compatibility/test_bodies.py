"""What a body may be and say: JSON, and forms for v2; every fault is named as each version names it."""

import sys
from types import FrameType, ModuleType
from typing import Any, Self

import httpx
import multipart
import pytest

from pydotorg.compatibility.forms import MEMBERS_MAX, NO_MOMENT

from .desk import Json, described, file_of, made, new_version, number_of, refused
from .test_lists import V1, V2

pytestmark = pytest.mark.anyio


async def test_a_form_says_the_same_as_json(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    body = described(release, f"Python-{version}.tgz", filesize="12", download_button="true", is_source="on")
    answer = await manager.post(f"{V2}/release_file/", data=body)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["filesize"], answer.json()["download_button"]) == (12, True)
    parts = {name: (None, value) for name, value in described(release, f"Python-{version}.tar.xz").items()}
    answer = await manager.post(f"{V2}/release_file/", files=parts)
    assert (answer.status_code, answer.json()["is_source"]) == (201, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, {"name": ["This field is required."], "slug": ["This field is required."]}),
        (
            {"name": "Python", "slug": "x"},
            {"name": ["Must tell the version, as `Python 3.14.8` or `Python install manager 26.1` do."]},
        ),
        (
            {"name": "", "slug": None},
            {"name": ["This field may not be blank."], "slug": ["This field may not be null."]},
        ),
        (
            {"name": "Python 3.99.9", "slug": "a b"},
            {"slug": ["Must consist of letters, digits, - and _."]},
        ),
        (
            {"name": "Python 3.99.9", "slug": "x", "is_published": "maybe", "release_date": "soon"},
            {
                "is_published": ["Must be a valid boolean."],
                "release_date": [NO_MOMENT],
            },
        ),
        ([1], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
    ],
)
async def test_every_fault_of_a_release_is_named(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, body: Any, said: dict[str, list[str]]
) -> None:
    refused(await manager.post(f"{V2}/release/", json=body), **said)
    answer = await old_manager.post(f"{V1}/release/", json=body)
    inner = {name.replace("non_field_errors", "__all__"): messages for name, messages in said.items()}
    assert (answer.status_code, answer.json()["downloads/release"]) == (400, inner)
    assert all(messages[0] in answer.json()["error_message"] for messages in said.values())


@pytest.mark.parametrize(
    ("different", "said"),
    [
        ({"os": 3}, {"os": ["Incorrect type. Expected URL string, received int."]}),
        ({"os": "3"}, {"os": ["Invalid hyperlink - No URL match."]}),
        ({"os": f"{V2}/release/3/"}, {"os": ["Invalid hyperlink - No URL match."]}),
        ({"os": f"{V2}/os/77/"}, {"os": ["Invalid hyperlink - Object does not exist."]}),
        ({"release": f"{V2}/release/77"}, {"release": ["Invalid hyperlink - Object does not exist."]}),
        ({"filesize": "many"}, {"filesize": ["A valid integer is required."]}),
        ({"filesize": -1}, {"filesize": ["Must be at least 0."]}),
        ({"sha256_sum": "x"}, {"sha256_sum": ["Must be 64 hexadecimal digits."]}),
        ({"url": "http://evil.example/x"}, {"url": ["Must be an address on https://www.python.org/."]}),
        ({"name": "\0"}, {"name": ["Must be one line of text, more than spaces, without control characters."]}),
    ],
)
async def test_a_fault_of_a_file_is_named(
    manager: httpx.AsyncClient, different: Json, said: dict[str, list[str]]
) -> None:
    release = await made(manager, version := new_version())
    body = described(release, f"Python-{version}.tgz") | different
    refused(await manager.post(f"{V2}/release_file/", json=body), **said)
    listed = await manager.get(f"{V2}/release_file/?release={number_of(release)}")
    assert listed.json() == []


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", "{", 400), ("application/json", "\xff", 400), ("application/json", "[" * 100_000, 400),
        ("text/plain", "x", 415), ("", "{}", 415), ("application/x-www-form-urlencoded", "name=%FF", 400),
        ("application/x-www-form-urlencoded", "name=\xff", 400), ("multipart/form-data", "x", 400),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused_with_a_detail(
    manager: httpx.AsyncClient, content_type: str, body: str, status: int
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await manager.post(f"{V2}/os/", content=body.encode("latin-1"), headers=headers)
    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]


async def test_v1_takes_json_only_and_answers_with_nothing_but_the_place(old_manager: httpx.AsyncClient) -> None:
    body = {"name": "Haiku", "slug": "Haiku-OS"}
    refusal = await old_manager.post(f"{V1}/os/", data=body)
    assert (refusal.status_code, list(refusal.json())) == (415, ["error_message"])
    answer = await old_manager.post(f"{V1}/os/", json=body)
    assert (answer.status_code, answer.content) == (201, b"")
    place = answer.headers["location"]
    assert (await old_manager.get(place)).json()["slug"] == "Haiku-OS", "capitals are kept"
    assert (await old_manager.delete(place)).status_code == 204
    assert (await old_manager.get(place)).status_code == 404


@pytest.mark.parametrize("name", ["Python 3.14+x", "Python 3.999999999"])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_a_name_that_tells_no_version_is_a_400(manager: httpx.AsyncClient, method: str, name: str) -> None:
    row = await made(manager, new_version())
    answer = await manager.request(method, row["resource_uri"], json={"name": name, "slug": row["slug"]})
    assert answer.status_code == 400, answer.text
    assert (await manager.get(row["resource_uri"])).json()["name"] == row["name"]


class Calls:
    """How often functions of a module are called, which takes no longer on a slow machine."""

    def __init__(self, module: ModuleType) -> None:
        self.filename, self.count = module.__file__, 0

    def __enter__(self) -> Self:
        sys.setprofile(self.see)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def see(self, frame: FrameType, event: str, _: object) -> None:
        self.count += event == "call" and frame.f_code.co_filename == self.filename


def parts(count: int) -> bytes:
    each = (b'--x\r\nContent-Disposition: form-data; name="n%d"\r\n\r\nv\r\n' % number for number in range(count))
    return b"".join(each) + b"--x--\r\n"


NESTED = b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 10_000
HEADS = b"--x\r\n" + b"a: b\r\n" * 100_000 + b"\r\nv\r\n--x--\r\n"
DASHES = b'--x\r\nContent-Disposition: form-data; name="n"\r\n\r\n' + b"\r\n--" * 200_000 + b"\r\n--x--\r\n"


@pytest.mark.parametrize("body", [parts(16_000), NESTED, HEADS, DASHES, b"--x", b"--x--\r\n--x--", b""])
async def test_a_form_of_whatever_parts_costs_no_more_than_one_of_as_many_as_may_be(
    manager: httpx.AsyncClient, body: bytes
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with Calls(multipart) as most:
        await manager.post(f"{V2}/os/", content=parts(MEMBERS_MAX), headers=headers)
    with Calls(multipart) as calls:
        answer = await manager.post(f"{V2}/os/", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    assert 0 < calls.count <= most.count


async def test_a_form_may_have_so_many_parts_and_not_one_more(manager: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    read, unread = [
        (await manager.post(f"{V2}/os/", content=parts(count), headers=headers)).json()
        for count in (MEMBERS_MAX, MEMBERS_MAX + 1)
    ]
    assert read == {"name": ["This field is required."], "slug": ["This field is required."]}
    assert unread == {"detail": "The form cannot be read."}


@pytest.mark.parametrize(
    ("written", "size"),
    [(3, 3), ("3", 3), (" 3 ", 3), (3.0, 3), ("3.0", 3), ("3.", 3), (0, 0), ("-0", 0), (2**53 - 1,) * 2],
)
async def test_a_size_may_be_written_as_a_number_or_its_digits(
    manager: httpx.AsyncClient, written: Any, size: int
) -> None:
    release = await made(manager, version := new_version())
    file = await file_of(manager, release, f"Python-{version}.tgz", filesize=written)
    assert file["filesize"] == size


@pytest.mark.parametrize("written", [True, "", "many", 3.5, "3.5", "1e3", 1e30, "0x3", [3], {}])
async def test_what_is_no_whole_number_is_no_size(manager: httpx.AsyncClient, written: Any) -> None:
    release = await made(manager, version := new_version())
    body = described(release, f"Python-{version}.tgz", filesize=written)
    refused(await manager.post(f"{V2}/release_file/", json=body), filesize=["A valid integer is required."])


async def test_nothing_is_null(manager: httpx.AsyncClient) -> None:
    release = await made(manager, version := new_version())
    names = described(release, f"Python-{version}.tgz").keys() | {"description", "filesize", "is_source", "reason"}
    answer = await manager.post(f"{V2}/release_file/", json=dict.fromkeys(names))
    refused(answer, **{name: ["This field may not be null."] for name in names})


@pytest.mark.parametrize("slug", ["under_score", "_x", "-Capitals-AND-1", "1-a", "a" * 200])
async def test_a_slug_consists_of_letters_digits_and_two_signs(manager: httpx.AsyncClient, slug: str) -> None:
    version = new_version()
    release = await made(manager, version, slug=slug)
    file = await file_of(manager, release, f"Python-{version}.tgz", slug=slug)
    assert (release["slug"], file["slug"]) == (slug, slug)
    for address in (f"{V2}/release/?slug={slug}", f"{V2}/release_file/?slug={slug}"):
        assert [row["slug"] for row in (await manager.get(address)).json()] == [slug]


@pytest.mark.parametrize("name", ["Python 4.0.0", "Python 0.9.1", "Python 31.4.0a1"])
async def test_a_release_is_of_a_major_version_that_clients_know(
    manager: httpx.AsyncClient, old_manager: httpx.AsyncClient, name: str
) -> None:
    said = {"name": ["Must tell a version of Python 1, 2 or 3."]}
    body = {"name": name, "slug": "far-away"}
    refused(await manager.post(f"{V2}/release/", json=body), **said)
    old = await old_manager.post(f"{V1}/release/", json=body)
    assert (old.status_code, old.json()) == (
        400, {"downloads/release": said, "error_message": f"name: {said['name'][0]}"},
    )  # fmt: skip
    draft = await made(manager, new_version())
    for method in ("PUT", "PATCH"):
        refused(await manager.request(method, draft["resource_uri"], json=body), **said)
    assert (await manager.get(draft["resource_uri"])).json() == draft
