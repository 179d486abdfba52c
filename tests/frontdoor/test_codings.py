"""Long answers are compressed as the client likes it."""

import pytest

from pydotorg.app import Application

from .asking import CODINGS, ask
from .probes import MINE, TEXT

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session"),  # it makes no difference here
]

LIST = "/api/v1/releases?limit=20"
NONE = ""


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, br;q=0.8, zstd;q=0.5", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("gzip ; q=0.5 , br;q=0.4", "gzip"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("br;Q=0.9, gzip;q=0.3", "br"),
        (",gzip,,", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5", "zstd"),
        ("zstd;q=0, *", "br"),
        ("gzip, *;q=0", "gzip"),
        ("deflate, gzip;q=1.0, *;q=0.5", "gzip"),
        ("identity;q=0.5, gzip;q=0.6", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("gzip;q=0.5, identity", NONE),
        ("", NONE),
        ("identity", NONE),
        ("deflate", NONE),
        ("*;q=0", NONE),
        ("gzip;q=0", NONE),
        ("gzip;q=0.000", NONE),
        ("identity;q=0", NONE),  # nobody is refused
        ("gzip;q=2", NONE),
        ("gzip;q=-1", NONE),
        ("gzip;q=x", NONE),
        ("gzip;level=9", NONE),
        ("gzip br", NONE),
        ("\x01", NONE),
        ("\xfc\xff", NONE),
        ("gzip;q=" + "9" * 5000, NONE),
        (",".join(f"c{number}" for number in range(200)) + ",gzip", "gzip"),
        (",".join(f"c{number}" for number in range(3000)) + ",gzip", NONE),
    ],
)
async def test_the_coding_is_what_the_client_likes_best(served: Application, accepted: str, expected: str) -> None:
    for target, name in ((LIST, None), (LIST, None), (MINE, "rita")):
        answer = await ask(served, target, ("accept-encoding", accepted), name=name)
        assert answer.status == 200
        assert answer.headers.get("content-encoding", NONE) == expected
        assert "accept-encoding" in answer.headers["vary"].lower()


async def test_without_the_header_an_answer_is_plain(served: Application) -> None:
    assert "content-encoding" not in (await ask(served, LIST)).headers


async def test_accept_encoding_in_several_lines_is_one_list(served: Application) -> None:
    answer = await ask(served, LIST, ("accept-encoding", "gzip;q=0.5"), ("accept-encoding", "br"))
    assert answer.headers["content-encoding"] == "br"


@pytest.mark.parametrize("coding", CODINGS)
async def test_bodies_over_1_kib_are_compressed(served: Application, coding: str) -> None:
    for size in (0, 1, 1024):
        assert "content-encoding" not in (await ask(served, f"{TEXT}?size={size}", ("accept-encoding", coding))).headers
    for size in (1025, 65_536, 65_537, 1_000_000):
        answer = await ask(served, f"{TEXT}?size={size}", ("accept-encoding", coding))
        assert answer.headers["content-encoding"] == coding
        assert answer.headers["content-length"] == str(len(answer.body))
        assert answer.plain == b"x" * size


@pytest.mark.parametrize("coding", ["", *CODINGS])
async def test_a_small_answer_varies_too(served: Application, coding: str) -> None:
    """A cache must not give a small answer to others only because it was small for this one."""
    answer = await ask(served, "/api/v1/os/source", ("accept-encoding", coding))
    assert answer.headers["vary"].lower() == "accept-encoding"
