"""Bodies are JSON, read strictly: what cannot be read is a 400, what breaks the schema one 422 with every fault."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from pydotorg.app import Application

from .asking import HOST, ask, error_of, faults_of

pytestmark = pytest.mark.anyio

BENCHES = "/api/v1/workshop/benches"
JSON = "application/json"
FULL: dict[str, Any] = {
    "title": "Bench", "height": 90, "weight": 12.5, "colour": "green", "ready": True,
    "maker": {"name": "Ada", "founded": "1843-07-01"}, "bolts": [{"name": "M4", "length": 20}], "tags": ["wood"],
}  # fmt: skip
LEAST: dict[str, Any] = {"title": "Bench", "height": 90}


class Maker:
    """Who makes benches."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def send(self, body: bytes | list[bytes], kind: str | None = JSON, **headers: str) -> httpx.Response:
        given = [*HOST, *((name.replace("_", "-"), value) for name, value in headers.items())]
        given += [] if kind is None else [("content-type", kind)]
        parts = [body] if isinstance(body, bytes) else body
        return await ask(self.app, "POST", BENCHES, headers=given, body=parts)

    async def make(self, bench: Any) -> httpx.Response:
        return await self.send(json.dumps(bench).encode())

    async def faults(self, bench: Any) -> dict[str, str]:
        return faults_of(await self.make(bench), 422, "body")


@pytest.fixture
def maker(workshop_application: Application) -> Maker:
    return Maker(workshop_application)


async def test_a_body_without_fault_is_taken_as_it_is(maker: Maker) -> None:
    answer = await maker.make(FULL)
    assert (answer.status_code, answer.json()) == (201, {"bench": FULL})
    assert answer.headers["location"] == "http://localhost:8000/api/v1/workshop/benches/1"


async def test_members_that_are_left_out_have_their_defaults(maker: Maker) -> None:
    answer = await maker.make(LEAST)
    defaults: dict[str, Any] = {"weight": None, "colour": "red", "ready": False, "maker": None, "bolts": [], "tags": []}
    assert (answer.status_code, answer.json()) == (201, {"bench": LEAST | defaults})


async def test_every_fault_is_named_at_once(maker: Maker) -> None:
    faults = await maker.faults({
        "height": -1,
        "weight": "heavy",
        "colour": "blue",
        "ready": 1,
        "maker": {"founded": "long ago", "born": 1815},
        "bolts": [{"name": "M4", "length": 20}, {"length": 0}, 7, {"name": "", "length": 5000, "steel": True}],
        "tags": ["wood", "", None],
        "nonsense": {},
        "id": "018f",
        "created_at": None,
    })  # fmt: skip
    assert faults == {
        "title": "is required",
        "height": "must be at least 0",
        "weight": "must be a number or null, got text",
        "colour": "must be one of `red`, `green`",
        "ready": "must be true or false, got an integer",
        "maker.name": "is required",
        "maker.founded": "must be a date such as 2026-10-09",
        "maker.born": "unknown member; allowed are `name`, `founded`",
        "bolts.1.name": "is required",
        "bolts.1.length": "must be at least 1",
        "bolts.2": "must be an object, got an integer",
        "bolts.3.name": "must have a length of at least 1",
        "bolts.3.length": "must be at most 1000",
        "bolts.3.steel": "unknown member; allowed are `name`, `length`",
        "tags.1": "must have a length of at least 1",
        "tags.2": "must be text, got null",
        "nonsense": ALLOWED,
        "id": "is read-only",
        "created_at": "is read-only",
    }


ALLOWED = "unknown member; allowed are " + ", ".join(f"`{name}`" for name in FULL)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("height", "90"), ("height", 90.5), ("height", True), ("height", None), ("height", [90]), ("height", 10_001),
        ("weight", "1"), ("weight", False), ("weight", 1e300), ("weight", -0.5), ("ready", "true"), ("ready", 0),
        ("title", 7), ("title", None), ("title", "x" * 201), ("title", ""), ("colour", "RED"), ("colour", None),
        ("maker", "Ada"), ("maker", []), ("bolts", {}), ("bolts", None), ("bolts", "M4"), ("tags", {"0": "wood"}),
    ],
)  # fmt: skip
async def test_nothing_is_taken_for_something_else(maker: Maker, member: str, value: Any) -> None:
    faults = await maker.faults({**LEAST, member: value})
    assert set(faults) == {member}
    assert faults[member].startswith("must ")


@pytest.mark.parametrize("bench", [[], [FULL], "Bench", 7, None, True, 1.5])
async def test_a_body_that_is_no_object_is_one_fault(maker: Maker, bench: Any) -> None:
    faults = await maker.faults(bench)
    assert set(faults) == {""}
    assert faults[""].startswith("must be an object")


@pytest.mark.parametrize("height", ["3.0", "3e0", "0.3e1", "30e-1", "3.000"])
async def test_a_whole_number_may_be_written_with_a_point(maker: Maker, height: str) -> None:
    answer = await maker.send(f'{{"title": "Bench", "height": {height}}}'.encode())
    assert answer.status_code == 201
    assert answer.json()["bench"]["height"] == 3


@pytest.mark.parametrize(
    "number", ["1e999", "-1e999", "9" * 5000, "-" + "9" * 5000, "1" * 20, "1e400", "1e19", "1e300"]
)
@pytest.mark.parametrize("member", ["height", "weight"])
async def test_a_number_that_no_computer_holds_is_refused(maker: Maker, member: str, number: str) -> None:
    answer = await maker.send(f'{{"title": "Bench", "height": 1, "{member}": {number}}}'.encode())
    assert answer.status_code == (422 if number in {"1" * 20, "1e19", "1e300"} else 400), answer.text
    assert faults_of(answer, answer.status_code, "body")


@pytest.mark.parametrize(
    "text", ["a\x00b", "\x00", "a\nb", "a\r", "\x1b[31m", "a\u2028b", "\ufffe", "\uffff", "a\x7f", "\x85", "Bench\n"]
)
async def test_text_refuses_what_ends_in_no_feed_and_no_database(maker: Maker, text: str) -> None:
    message = "must be one line of text, more than spaces, without control characters"
    assert await maker.faults({**LEAST, "title": text}) == {"title": message}
    assert await maker.faults({**LEAST, "tags": ["wood", text]}) == {"tags.1": message}
    assert await maker.faults({**LEAST, "maker": {"name": text}}) == {"maker.name": message}


@pytest.mark.parametrize("text", ["é", "𝔘", "日本", "a\u202eb", "<script>", "' or 1=1 --", "x" * 200, "🐍" * 200])
async def test_all_other_text_comes_back_as_it_was(maker: Maker, text: str) -> None:
    answer = await maker.make({**LEAST, "title": text})
    assert (answer.status_code, answer.json()["bench"]["title"]) == (201, text)


NOT_JSON = {
    "nothing": b"", "blank": b"  \n", "a brace": b"{", "a word": b"bench", "a comma too many": b'{"title": "a",}',
    "two bodies": b"{}{}", "single quotes": b"{'title': 'a'}", "no quotes": b'{title: "a"}', "a comment": b"{} // x",
    "NaN": b'{"height": NaN}', "Infinity": b'{"height": Infinity}', "a leading zero": b'{"height": 01}',
    "a bare NUL": b'{"title": "a\x00b"}', "NUL after it": b"{}\x00", "a byte order mark": b"\xef\xbb\xbf{}",
    "latin-1": b'{"title": "caf\xe9"}', "latin-1 in a key": b'{"caf\xe9": 1}',
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "an overlong slash": b'{"title": "\xc0\xaf"}', "an encoded surrogate": b'{"title": "\xed\xa0\x80"}',
    "a lone surrogate": rb'{"title": "\ud800"}', "a lone low one": rb'{"title": "\udc00 "}',
    "surrogates in disorder": rb'{"title": "\udc00\ud800"}', "half an escape": rb'{"title": "\u12"}',
    "an open string": b'{"title": "a', "a tab in a string": b'{"title": "a\tb"}',
    "100,000 arrays": b"[" * 100_000, "100,000 arrays that end": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000, "arrays in a member": b'{"tags": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "30 arrays in an unknown member": b'{"x": ' + b"[" * 30 + b"]" * 30 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
async def test_what_cannot_be_read_is_a_400(maker: Maker, body: bytes) -> None:
    faults = faults_of(await maker.send(body), 400, "body")
    assert set(faults) == {""}
    assert faults[""].startswith("the body is ")


async def test_brackets_in_text_nest_nothing(maker: Maker) -> None:
    title = '[{"\\' * 40
    answer = await maker.make({**LEAST, "title": title})
    assert (answer.status_code, answer.json()["bench"]["title"]) == (201, title)


@pytest.mark.parametrize(
    "kind",
    [None, "", "text/plain", "text/json", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
     "application/jsonp", "application/problem+json", "application/merge-patch+json", "json", "*/*", "text/html"],
)  # fmt: skip
async def test_a_body_that_is_not_called_json_is_a_415(maker: Maker, kind: str | None) -> None:
    assert "application/json" in error_of(await maker.send(b"{}", kind), 415)["detail"]


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"])
async def test_json_may_be_called_so_in_several_ways(maker: Maker, kind: str) -> None:
    assert (await maker.send(json.dumps(LEAST).encode(), kind)).status_code == 201


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "identity, gzip", "GZIP", "nonsense"])
async def test_a_compressed_body_is_a_415(maker: Maker, coding: str) -> None:
    answer = await maker.send(json.dumps(LEAST).encode(), content_encoding=coding)
    assert "compressed" in error_of(answer, 415)["detail"]


async def test_an_identity_coding_is_none(maker: Maker) -> None:
    answer = await maker.send(json.dumps(LEAST).encode(), content_encoding="Identity")
    assert answer.status_code == 201


async def test_a_body_may_have_one_mebibyte_and_not_a_byte_more(maker: Maker) -> None:
    body = json.dumps(LEAST).encode().ljust(2**20)
    for told in ({"content_length": str(2**20)}, {}):
        assert (await maker.send(body, **told)).status_code == 201
        assert (await maker.send([body[:1000], body[1000:]])).status_code == 201
    error_of(await maker.send(body + b" ", content_length=str(2**20 + 1)), 413)
    error_of(await maker.send(body + b" "), 413)
    error_of(await maker.send([body, b" "]), 413)
    error_of(await maker.send([b" " * 1000] * 2000), 413)


async def test_a_large_body_is_looked_through_beside_the_others(maker: Maker) -> None:
    body = b'{"bolts":[' + b",".join([b"{}"] * 300_000) + b"]}"
    sending, others = asyncio.create_task(maker.send(body)), 0
    while not sending.done():
        await asyncio.sleep(0)
        others += 1
    assert faults_of(await sending, 422, "body").keys() == {"title", "height", "bolts"}
    assert others > 10


async def test_a_length_that_is_too_long_is_refused_before_the_body_comes(maker: Maker) -> None:
    error_of(await maker.send([], content_length=str(10**12)), 413)


async def test_at_most_a_hundred_faults_are_named(maker: Maker) -> None:
    assert len(await maker.faults({**LEAST, "tags": [""] * 500})) == 100
    assert len(await maker.faults({**LEAST, **{f"x{number}": 1 for number in range(5000)}})) == 100
    assert len(await maker.faults({**LEAST, "bolts": [{}] * 999})) == 100


async def test_a_member_with_a_strange_name_is_named_as_it_is(maker: Maker) -> None:
    for name in ("", "a.b", "Title", "é", "\x00", "__class__", "title ", "x" * 10_000):
        assert set(await maker.faults({**LEAST, name: 1})) == {name}


async def test_a_post_that_needs_no_body_accepts_none_of_whatever_type(maker: Maker) -> None:
    for kind in ((), (("content-type", "text/plain"),), (("content-type", JSON), ("content-length", "0"))):
        answer = await ask(maker.app, "POST", "/api/v1/workshop/tidy", headers=(*HOST, *kind))
        assert (answer.status_code, answer.content) == (204, b"")
        assert {"content-type", "content-length"}.isdisjoint(answer.headers)
