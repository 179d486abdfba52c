"""How much a head, and what comes like one, may hold."""

import pytest

from .conftest import Talk
from .test_connections import statuses
from .test_raw_sockets import ECHO, GET, HOST, error, status

CHUNKED = b"POST /api/v1/test/echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n"
CHUNK = b'\r\nc\r\n{"text":"a"}\r\n'


@pytest.mark.parametrize(("number", "expected"), [(99, 200), (100, 431), (15_800, 431)])
def test_a_request_has_at_most_a_hundred_headers(talk: Talk, number: int, expected: int) -> None:
    assert status(talk(GET + b"a:\r\n" * number + b"\r\n")) == expected


def test_too_many_headers_are_refused_before_the_head_ends(talk: Talk) -> None:
    answer = talk(GET + b"a:\r\n" * 102)
    assert error(answer)["detail"] == "The request has more than 100 headers."
    assert answer.endswith(b"<closed>")


def test_too_many_headers_do_not_cost_the_answer_before(talk: Talk) -> None:
    answers = talk(GET + b"\r\n" + GET + b"a:\r\n" * 102)
    assert statuses(answers) == [200]
    assert answers.endswith(b"<closed>")


def test_a_trailer_is_no_header(talk: Talk) -> None:
    json = b"Content-Type: application/json\r\n"
    assert statuses(talk(CHUNKED + json + CHUNK + b"0\r\nX: y\r\n\r\n" + GET + b"\r\n")) == [200, 200]
    assert statuses(talk(CHUNKED + CHUNK + b"0\r\n" + json + b"\r\n")) == [415]


@pytest.mark.parametrize("trailer", [b"0\r\nX: " + b"a" * 200_000, b"1;x=" + b"a" * 200_000])
def test_what_surrounds_a_body_does_not_go_on_for_ever(talk: Talk, trailer: bytes) -> None:
    answer = talk(ECHO + b"Transfer-Encoding: chunked\r\n" + CHUNK, trailer, pause=0.2)
    assert error(answer)["status_code"] == 431
    assert answer.endswith(b"<closed>")


def test_a_body_in_the_smallest_chunks_is_read(talk: Talk) -> None:
    body = b'{"text":"' + b"a" * 20_000 + b'"}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    assert status(talk(ECHO + b"Transfer-Encoding: chunked\r\n\r\n", chunks, b"0\r\n\r\n")) == 200
