"""What a client may send that no well-meaning library would: never a 500, never a crash, always our shape."""

import json
import socket
import time

import pytest

from pydotorg.kernel.frontdoor import protocol

from .conftest import Talk, heard

HOST = b"Host: localhost\r\n"
ECHO = b"POST /api/v1/test/echo HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
GET = b"GET /health HTTP/1.1\r\n" + HOST


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def error(answer: bytes) -> dict[str, object]:
    body = answer.removesuffix(b"<closed>").partition(b"\r\n\r\n")[2]
    found: dict[str, object] = json.loads(body)
    assert set(found) == {"detail", "status_code", "extra"}
    assert found["status_code"] == status(answer)
    return found


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"FROBNICATE /api/v1 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/v1/\xff HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/v1/releases?q=\xff HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/v1/releases?q=\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"GET health HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /health HTTP/2.5\r\n" + HOST + b"\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /health HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\n",
        b"POST /health HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        b"POST /health HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /health HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    ],
)
def test_what_the_parser_cannot_read_is_a_400_in_our_shape_and_closes(talk: Talk, request_bytes: bytes) -> None:
    answer = talk(request_bytes)
    assert error(answer)["status_code"] == 400
    assert answer.endswith(b"<closed>")
    assert b"x-request-id: " in answer
    assert b"access-control-allow-origin: *" in answer


@pytest.mark.parametrize("method", [b"MKCOL", b"TRACE", b"DELETE", b"PATCH", b"QUERY"])
def test_a_method_that_the_parser_knows_is_a_405(talk: Talk, method: bytes) -> None:
    answer = talk(method + b" /api/v1/release-cycles HTTP/1.1\r\n" + HOST + b"\r\n")
    assert error(answer)["status_code"] == 405
    assert b"allow: GET, HEAD, OPTIONS\r\n" in answer


def test_the_host_of_an_absolute_target_is_the_one_that_counts(talk: Talk) -> None:
    ours = talk(b"GET http://localhost:81/api/v1 HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert status(ours) == 200
    assert b"http://localhost:81/api/v1/releases" in ours
    theirs = talk(b"GET http://evil.example/api/v1 HTTP/1.1\r\n" + HOST + b"\r\n")
    assert error(theirs)["status_code"] == 400
    assert b"evil.example" in theirs


def test_http_1_1_without_a_host_is_refused_and_http_1_0_is_served(talk: Talk) -> None:
    assert error(talk(b"GET /api/v1 HTTP/1.1\r\n\r\n"))["status_code"] == 400
    answer = talk(b"GET /api/v1 HTTP/1.0\r\n\r\n")
    assert status(answer) == 200
    assert b"http://127.0.0.1:" in answer
    assert answer.endswith(b"<closed>")


def test_pipelined_requests_are_answered_in_order(talk: Talk) -> None:
    answer = talk(GET + b"\r\n", b"GET /nope HTTP/1.1\r\n" + HOST + b"\r\n" + GET + b"\r\n")
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200"]


def test_garbage_after_a_request_does_not_cost_its_answer(talk: Talk) -> None:
    answer = talk(b"GET /api/v1/releases/latest HTTP/1.1\r\n" + HOST + b"\r\n\x00garbage\r\n\r\n")
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200"]
    assert answer.endswith(b"<closed>")


def test_a_head_in_single_bytes_is_read(talk: Talk) -> None:
    request = GET + b"\r\n"
    assert status(talk(*(request[at : at + 1] for at in range(len(request))))) == 200


def test_the_body_of_a_get_is_no_request(talk: Talk) -> None:
    answer = talk(GET + b"Content-Length: 19\r\n\r\nGET /nope HTTP/1.1\r\n" + GET + b"\r\n")
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200"]


@pytest.mark.parametrize("head", [b"X: " + b"a" * 70_000, b"X: " + b"a" * 70_000 + b"\r\n\r\n", b"a" * 70_000])
def test_a_head_without_end_is_a_431(talk: Talk, head: bytes) -> None:
    assert error(talk(GET + head))["status_code"] == 431


def test_a_large_target_is_only_a_404(talk: Talk) -> None:
    assert status(talk(b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")) == 404


def test_a_refused_expectation_closes_the_connection(talk: Talk) -> None:
    answer = talk(
        b"POST /api/v1/release-cycles HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    )
    assert error(answer)["status_code"] == 405
    assert answer.endswith(b"<closed>")


def test_an_idle_connection_is_closed_after_a_while(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(GET + b"\r\n")
        assert status(heard(connection, 0.3)) == 200
        assert heard(connection, 4) == b"<closed>"


def test_who_connects_and_says_nothing_is_closed(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        assert heard(connection, 3) == b"<closed>"


def test_a_head_that_comes_too_slowly_is_a_408(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for byte in GET:
            time.sleep(0.05)
            try:
                connection.sendall(bytes([byte]))
            except OSError:
                break
        assert error(heard(connection, 2))["status_code"] == 408


def test_lines_without_end_before_a_request_do_not_hold_a_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(GET + b"\r\n")
        assert status(heard(connection, 0.3)) == 200
        began = time.monotonic()
        connection.sendall(b"\r\n")
        answer = heard(connection, 3)
        assert answer.endswith(b"<closed>")
        assert time.monotonic() - began < 2


def test_a_body_that_comes_too_slowly_is_a_408(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "BODY_SECONDS_MAX", 0.3)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(ECHO + b"Content-Length: 100\r\n\r\n{")
        answer = heard(connection, 3)
        assert error(answer)["status_code"] == 408
        assert answer.endswith(b"<closed>")


def test_a_body_in_chunks_is_read(talk: Talk) -> None:
    chunked = ECHO + b"Transfer-Encoding: chunked\r\n\r\n"
    answer = talk(chunked, b'6\r\n{"text\r\n', b'6\r\n":"a"}\r\n', b"0\r\n\r\n")
    assert status(answer) == 200
    assert answer.endswith(b'["a"]')


def test_a_body_without_end_is_a_413(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(ECHO + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        connection.sendall(chunk * 20)
        assert error(heard(connection, 1))["status_code"] == 413


def test_a_body_whose_framing_breaks_is_a_400(talk: Talk) -> None:
    answer = talk(ECHO + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nZZ\r\n")
    assert error(answer)["status_code"] == 400
    assert answer.endswith(b"<closed>")


def test_a_client_that_leaves_in_the_middle_of_a_body_is_no_error_of_ours(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(ECHO + b"Content-Length: 100\r\n\r\n{")
        time.sleep(0.2)
    time.sleep(0.3)
    assert "unexpected error" not in "".join(capsys.readouterr())


def test_what_follows_a_refusal_is_read_up_to_8_mib(port: int) -> None:
    refused = b"POST /api/v1/release-cycles HTTP/1.1\r\n" + HOST + b"Content-Length: 4000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(refused)
        assert status(heard(connection, 0.3)) == 405
        connection.sendall(b"a" * 4_000_000 + GET + b"\r\n")
        assert status(heard(connection, 0.3)) == 200


def test_who_goes_on_and_on_after_a_refusal_is_cut_off(port: int) -> None:
    endless = b"POST /api/v1/release-cycles HTTP/1.1\r\n" + HOST + b"Content-Length: 100000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(endless)
        assert status(heard(connection, 0.3)) == 405
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            send_slowly(connection, 20_000_000)


def send_slowly(connection: socket.socket, size: int) -> None:
    for _ in range(size // 100_000):
        connection.sendall(b"a" * 100_000)
        time.sleep(0.001)
