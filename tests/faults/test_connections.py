"""How a connection goes on and ends: each request has its one answer, and the last one arrives."""

import logging
import socket
import struct
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from structlog.types import EventDict

from pydotorg.kernel.frontdoor import protocol

from .conftest import Talk, heard, serving, wait_for
from .test_raw_sockets import ECHO, GET, HOST, error, status

REFUSED = b"POST /api/v1/release-cycles HTTP/1.1\r\n" + HOST
WHOLE = GET + b"\r\n"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


def statuses(answers: bytes) -> list[int]:
    return [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]]


def body_of(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size + b'{"text":"' + b"a" * (size - 11) + b'"}'


def paused(seconds: float, more: bytes = b"") -> bytes:
    body = b'{"seconds":%.2f}' % seconds
    return ECHO.replace(b"echo", b"pause") + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("size", [150_000, 500_000, 950_000])
def test_a_large_body_does_not_cost_the_connection(port: int, size: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(3):
            connection.sendall(ECHO + body_of(size))
            assert statuses(heard(connection, 0.3)) == [200]


@pytest.mark.parametrize("size", [70_000, 500_000, 3_000_000])
def test_a_refused_body_has_one_answer_and_the_connection_goes_on(port: int, size: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(REFUSED + body_of(size))
        assert statuses(heard(connection, 0.3)) == [405]
        connection.sendall(WHOLE)
        assert statuses(heard(connection, 0.3)) == [200]


def test_a_connection_is_idle_after_a_refused_body_too(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(REFUSED + b"Content-Length: 10\r\n\r\n")
        assert statuses(heard(connection, 0.3)) == [405]
        connection.sendall(b"a" * 10)
        assert heard(connection, 1) == b"<closed>"


def test_a_request_whose_sender_says_no_more_is_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(paused(0.3) + ECHO + body_of(20) + WHOLE)
        connection.shutdown(socket.SHUT_WR)
        answers = heard(connection, 1)
        assert statuses(answers) == [200, 200, 200]
        assert answers.endswith(b"<closed>")


def test_who_leaves_between_two_requests_is_told_nothing(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(WHOLE)
        assert statuses(heard(connection, 0.3)) == [200]
        connection.shutdown(socket.SHUT_WR)
        began = time.monotonic()
        assert heard(connection, 1) == b"<closed>"
        assert time.monotonic() - began < 1.5, "not only because it was idle"


@pytest.mark.parametrize(
    ("request_bytes", "told"),
    [
        (GET, "The head of the request ended too early."),
        (ECHO + b"Content-Length: 100\r\n\r\n{", "The body of the request ended too early."),
    ],
)
def test_who_says_no_more_within_a_request_is_told_so(port: int, request_bytes: bytes, told: str) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        answer = heard(connection, 1)
        assert (status(answer), error(answer)["detail"]) == (400, told)
        assert answer.endswith(b"<closed>")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"hello\r\n\r\n", 400),
        (GET + b"X: " + b"a" * 70_000, 431),
        (REFUSED + b"Connection: close\r\nContent-Length: 9000000\r\n\r\n", 405),
        (REFUSED + b"Expect: 100-continue\r\nContent-Length: 9000000\r\n\r\n", 405),
        (ECHO + b"Connection: close\r\nContent-Length: 9000000\r\n\r\n", 413),
    ],
)
def test_who_still_sends_when_it_is_refused_can_read_why(port: int, head: bytes, expected: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head)
        time.sleep(0.1)
        for _ in range(30):
            connection.sendall(b"a" * 100_000)
        answer = heard(connection, 1)
        assert error(answer)["status_code"] == expected
        assert answer.endswith(b"<closed>")


def test_who_never_ends_after_the_last_answer_is_cut_off(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"hello\r\n\r\n")
        assert status(heard(connection, 0.3)) == 400
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            connection.sendall(b"a" * 200_000_000)


def test_more_requests_at_once_than_a_connection_holds_are_not_read(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(WHOLE * 200)
        answers = heard(connection, 1)
    assert statuses(answers) == [200] * (protocol.PIPELINED_MAX + 1)
    assert b"connection: close" in answers.rpartition(b"HTTP/1.1")[2]
    assert answers.endswith(b"<closed>")


def test_as_many_requests_at_once_as_a_connection_holds_are_answered(talk: Talk) -> None:
    assert statuses(talk(WHOLE * protocol.PIPELINED_MAX)) == [200] * protocol.PIPELINED_MAX


def test_an_offer_to_speak_something_else_is_passed_over(talk: Talk) -> None:
    assert statuses(talk(GET + OFFER + b"\r\n" + WHOLE + GET + OFFER + b"\r\n", WHOLE)) == [200] * 4


@pytest.mark.parametrize("pause", [0, 0.1])
def test_an_offer_to_speak_something_else_costs_no_body(talk: Talk, pause: float) -> None:
    answer = talk(ECHO + OFFER + b"Content-Length: 12\r\n\r\n", b'{"text":"a"}', WHOLE, pause=pause)
    assert statuses(answer) == [200, 200]
    assert b'["a"]' in answer


def test_nothing_is_read_after_connect(talk: Talk) -> None:
    answer = talk(b"CONNECT /health HTTP/1.1\r\n" + HOST + b"\r\n" + WHOLE)
    assert statuses(answer) == [405]
    assert answer.endswith(b"<closed>")


def lines_about(log: list[EventDict], request_id: str) -> list[EventDict]:
    return [line for line in log if line.get("request_id") == request_id]


@pytest.mark.parametrize(
    ("name", "request_bytes", "expected"),
    [
        ("slow", ECHO + b"X-Request-ID: slow\r\nContent-Length: 100\r\n\r\n{", 408),
        ("framed", ECHO + b"X-Request-ID: framed\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\nZZ\r\n", 400),
        ("field", b"GET /health HTTP/1.1\r\nX-Request-ID: field\r\n" + HOST + b"\x00:\r\n\r\n", 400),
        ("wide", b"GET /health HTTP/1.1\r\nX-Request-ID: wide\r\n" + b"a:\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_a_refused_request_has_one_line_in_the_log_under_the_id_of_its_answer(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, name: str, request_bytes: bytes, expected: int
) -> None:
    monkeypatch.setattr(protocol, "BODY_SECONDS_MAX", 0.3)
    with capture_logs() as log:
        answer = talk(request_bytes, patience=1)
        wait_for(lambda: bool(lines_about(log, name)))
    assert status(answer) == expected
    assert b"x-request-id: " + name.encode() + b"\r\n" in answer
    assert [line["status"] for line in log] == [expected]


def test_a_refused_head_is_told_nothing_of_the_request_before_it(talk: Talk) -> None:
    answers = talk(GET + b"X-Request-ID: first\r\n\r\n", b"\r\n" * 40_000, pause=0.2, patience=1)
    assert statuses(answers) == [200, 431]
    assert answers.count(b"x-request-id: first\r\n") == 1


def test_a_refusal_by_the_connection_is_a_problem_where_that_is_asked_for(talk: Talk) -> None:
    answer = talk(GET + b"Accept: application/problem+json\r\n" + b"a:\r\n" * 200)
    assert (status(answer), b"content-type: application/problem+json\r\n" in answer) == (431, True)


def test_behind_https_every_answer_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, PUBLIC_URL="https://localhost", SEED="never") as port:
        for request, expected in ((WHOLE, 200), (b"hello\r\n\r\n", 400)):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(request)
                answer = heard(connection, 0.3)
            assert status(answer) == expected
            assert answer.count(b"strict-transport-security: max-age=31536000\r\n") == 1


def test_who_leaves_while_several_requests_wait_is_no_error_of_ours(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    reset = struct.pack("ii", 1, 0)
    with capture_logs() as log, caplog.at_level(logging.WARNING):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
            connection.sendall(paused(0) + paused(0.5, b"X-Request-ID: left\r\n") + WHOLE)
            assert status(heard(connection, 0.1)) == 200
        wait_for(lambda: bool(lines_about(log, "left")))
        time.sleep(0.2)
    assert caplog.messages == []


@pytest.mark.parametrize("words", [b"Upgrade, close", b"close, Upgrade"])
def test_an_offer_on_a_connection_that_closes_is_answered_at_once(talk: Talk, words: bytes) -> None:
    began = time.monotonic()
    answer = talk(GET + b"Connection: " + words + b"\r\nUpgrade: h2c\r\n\r\n")
    assert (statuses(answer), answer.endswith(b"<closed>")) == ([200], True)
    assert time.monotonic() - began < 5


def test_nobody_is_asked_for_a_body_of_a_kind_that_is_refused(talk: Talk) -> None:
    head = b"POST /api/v1/test/echo HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\nContent-Length: 10\r\n"
    answer = talk(head + b"Expect: 100-continue\r\n\r\n")
    assert statuses(answer) == [415]
