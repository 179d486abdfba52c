"""A stored answer leaves from the connection as if it had gone the long way, whatever stands around it."""

import time

import pytest

from tests.conventions.routes import READS, Route, each

from .asking import CODINGS, Answer, hits
from .fronts import KEEP_ALIVE_SECONDS, Front
from .probes import TEXT, WORDS
from .wire import head_of

LATEST, LONG = "/api/v1/releases/latest", "/api/v1/releases?limit=50"
MISSING, UNKNOWN = "/api/v1/releases/0.0.1", "/api/v1/nothing"
BODY = b'{"words": "hello"}'
POST = head_of(WORDS, ("Content-Type", "application/json"), ("Content-Length", str(len(BODY))), method="POST") + BODY


@pytest.fixture(autouse=True)
def warm(front: Front) -> Answer:
    """The answer to `LATEST`, which is stored from now on, as its head is known."""
    with front.wire() as wire:
        wire.ask(LONG)
        wire.ask(LATEST)
        return wire.ask(LATEST)


def plain(*targets: str) -> bytes:
    return b"".join(head_of(target) for target in targets)


@pytest.fixture
def patient(quick: Front, slow: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection to one stays while the other takes its time, as on a busy machine."""
    for front in (quick, slow):
        monkeypatch.setattr(front.server.config, "timeout_keep_alive", 60)


@each(READS)
@pytest.mark.usefixtures("patient")
def test_the_short_way_changes_nothing(quick: Front, slow: Front, route: Route) -> None:
    with quick.wire() as one, slow.wire() as other:
        for coding in ("identity", *CODINGS, "gzip, deflate, br, zstd"):
            for more in ((), (("If-None-Match", "*"),), (("X-Request-ID", "me"),), (("Connection", "keep-alive"),)):
                for method in ("GET", "GET", "HEAD"):
                    given = (("Accept-Encoding", coding), *more)
                    mine, theirs = (wire.ask(route.asked, *given, method=method) for wire in (one, other))
                    assert (mine.status, mine.lasting, mine.body) == (theirs.status, theirs.lasting, theirs.body)
                    assert mine.headers.keys() == theirs.headers.keys()


def test_stored_answers_do_leave_from_the_store(front: Front) -> None:
    before = hits(front.app)
    with front.wire() as wire:
        for _ in range(10):
            wire.ask(LATEST)
    assert hits(front.app) == before + 10


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (plain(LATEST, LATEST), [200, 200]),
        (plain(LATEST, LONG, LATEST), [200, 200, 200]),
        (plain(LATEST, MISSING), [200, 404]),
        (plain(MISSING, LATEST), [404, 200]),
        (plain(LATEST, UNKNOWN, LATEST), [200, 404, 200]),
        (plain(f"{TEXT}?size=77", LATEST, f"{TEXT}?size=78", LATEST), [200, 200, 200, 200]),
        (plain(LATEST) + POST + plain(LATEST), [200, 204, 200]),
        (POST + plain(LATEST) + POST, [204, 200, 204]),
        (head_of(LATEST, ("If-None-Match", "*")) + plain(LATEST), [304, 200]),
        (head_of(LATEST, method="OPTIONS") + plain(LATEST), [204, 200]),
        (plain(LATEST) + b"\r\n\r\n" + plain(LATEST), [200, 200]),
        (b"\r\n" + plain(LATEST, LATEST), [200, 200]),
        (plain(*[LATEST] * 100), [200] * 100),
        (plain(*[LONG, MISSING] * 20), [200, 404] * 20),
    ],
)
def test_pipelined_requests_are_answered_in_their_order(
    front: Front, warm: Answer, sent: bytes, expected: list[int]
) -> None:
    with front.wire() as wire:
        for _ in range(2):
            wire.send(sent)
            answers = [wire.answer() for _ in expected]
            assert [answer.status for answer in answers] == expected
        assert wire.ask(LATEST).body == warm.body


def test_answers_of_a_pipeline_are_those_that_were_asked_for(front: Front, warm: Answer) -> None:
    with front.wire() as wire:
        wire.send(plain(LATEST, LONG, f"{TEXT}?size=5", LATEST, f"{TEXT}?size=6", LONG))
        first, long, five, second, six, again = (wire.answer() for _ in range(6))
    assert (first.body, second.body) == (warm.body, warm.body)
    assert long.body == again.body != warm.body
    assert (five.body, six.body) == (b"x" * 5, b"x" * 6)


def test_a_head_may_come_in_two_parts_wherever_it_is_cut(front: Front, warm: Answer) -> None:
    sent = plain(LATEST)
    with front.wire() as wire:
        for place in range(1, len(sent)):
            wire.send(sent[:place])
            time.sleep(0.001)
            wire.send(sent[place:])
            assert wire.answer().body == warm.body


def test_a_pipeline_may_be_cut_anywhere(front: Front, warm: Answer) -> None:
    sent = plain(LATEST) + POST + plain(LATEST)
    with front.wire() as wire:
        for place in range(1, len(sent), 2):
            wire.send(sent[:place])
            time.sleep(0.001)
            wire.send(sent[place:])
            assert [wire.answer().status for _ in range(3)] == [200, 204, 200], place


@pytest.mark.parametrize("before", [b"\r\n", b"\r\n\r\n", b"\n", b"\r\n" * 5])
def test_empty_lines_before_a_request_are_no_request(front: Front, warm: Answer, before: bytes) -> None:
    """RFC 9112 2.2."""
    with front.wire() as wire:
        for _ in range(4):
            wire.send(before + plain(LATEST))
            assert wire.answer().body == warm.body
            assert wire.ask(f"{TEXT}?size=9").body == b"x" * 9


def test_a_head_may_come_byte_by_byte(front: Front, warm: Answer) -> None:
    with front.wire() as wire:
        for byte in plain(LATEST, LATEST):
            wire.send(bytes([byte]))
        assert [wire.answer().body for _ in range(2)] == [warm.body] * 2


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"Content-Length: %d\r\n\r\n%b" % (len(plain(UNKNOWN)), plain(UNKNOWN)),
    ],
)
def test_the_body_of_a_get_is_no_request(front: Front, warm: Answer, body: bytes) -> None:
    request = plain(LATEST).removesuffix(b"\r\n") + body
    with front.wire() as wire:
        wire.send(request + plain(MISSING) + request)
        answers = [wire.answer() for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 404, 200]
        for place in range(len(request) - len(body), len(request), 3):
            wire.send(request[:place])
            time.sleep(0.001)
            wire.send(request[place:])
            assert wire.answer().body == warm.body


@pytest.mark.parametrize(
    ("request_bytes", "goes_on"),
    [
        (head_of(LATEST, version="1.0"), False),
        (head_of(LATEST, ("Host", "localhost"), version="1.0"), False),
        (head_of(LATEST, ("Host", "localhost"), ("Connection", "keep-alive"), version="1.0"), None),
        (head_of(LATEST, ("Connection", "close")), False),
        (head_of(LATEST, ("connection", "Close")), False),
        (head_of(LATEST, ("Connection", "x, close")), False),
        (head_of(LATEST, ("Connection", "keep-alive")), True),
        (head_of(LATEST, ("Connection", "Upgrade"), ("Upgrade", "h2c")), True),
        (head_of(LATEST, ("Expect", "100-continue")), False),
    ],
)
def test_a_connection_closes_when_the_client_wants_it(
    front: Front, warm: Answer, request_bytes: bytes, goes_on: bool | None
) -> None:
    with front.wire() as wire:
        wire.send(request_bytes)
        answer = wire.answer()
        assert (answer.status, answer.body) == (200, warm.body)
        if goes_on is False:
            assert wire.rest() == b""
        elif goes_on:
            assert wire.ask(LATEST).body == warm.body


@pytest.mark.parametrize(
    "head",
    [
        b"GET %b HTTP/1.1\r\n\r\n",
        b"GET %b HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET %b HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET %b HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET %b HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET http://evil.example%b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_a_host_that_is_not_ours_is_refused_though_the_answer_is_stored(front: Front, head: bytes) -> None:
    with front.wire() as wire:
        for _ in range(3):
            wire.send(head % LATEST.encode())
            assert wire.answer().status == 400
            assert wire.ask(LATEST).status == 200


def test_a_host_that_runs_into_the_path_is_refused(front: Front) -> None:
    with front.wire() as wire:
        assert wire.ask(LATEST.removeprefix("/api"), ("Host", "localhost/api")).status == 400


def test_the_host_of_an_absolute_target_is_the_one_that_counts(front: Front, warm: Answer) -> None:
    with front.wire() as wire:
        for _ in range(2):
            assert wire.ask(f"http://localhost{LATEST}", ("Host", "evil.example")).body == warm.body


def test_who_has_it_gets_no_body_and_the_connection_goes_on(front: Front, warm: Answer) -> None:
    with front.wire() as wire:
        for tag in (warm.etag, f"W/{warm.etag}", "*", f'"a", {warm.etag}'):
            unchanged = wire.ask(LATEST, ("If-None-Match", tag))
            assert (unchanged.status, unchanged.etag) == (304, warm.etag)
            assert not {"content-length", "content-type", "transfer-encoding"} & unchanged.headers.keys()
            twice = wire.ask(LATEST, ("If-None-Match", '"a"'), ("If-None-Match", tag))
            assert twice.status == (200 if tag == "*" else 304)
        assert wire.ask(LATEST, ("If-None-Match", '"a"')).body == warm.body


@pytest.mark.parametrize(
    ("filling", "expected"),
    [
        ([("X-Fill", "x" * 60_000)], 200),
        ([("X-Fill", "x" * 70_000)], 431),
        ([(f"X-Fill-{number}", "x") for number in range(90)], 200),
        ([(f"X-Fill-{number}", "x") for number in range(101)], 431),
        ([("X-Fill", "x")] * 90, 200),
    ],
)
def test_a_head_has_a_limit_though_the_answer_is_stored(
    front: Front, filling: list[tuple[str, str]], expected: int
) -> None:
    for _ in range(2):
        with front.wire() as wire:
            wire.ask(LATEST)
            wire.send(head_of(LATEST, *filling))
            assert wire.answer().status == expected
            if expected == 431:
                assert wire.rest() == b""


@pytest.mark.parametrize("sent", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"FROB / HTTP/1.1\r\n\r\n"])
def test_what_is_no_request_does_not_cost_the_answer_before(front: Front, warm: Answer, sent: bytes) -> None:
    with front.wire() as wire:
        wire.send(plain(LATEST) + sent)
        assert wire.answer().body == warm.body
        told = wire.rest()  # if the answer was on its way still, the connection closes without a word
        assert not told or told.startswith(b"HTTP/1.1 400 ")


def test_who_says_no_more_gets_his_answers(front: Front, warm: Answer) -> None:
    for sent, number in ((plain(LATEST), 1), (plain(LATEST, LONG, LATEST), 3), (plain(MISSING, LATEST), 2)):
        with front.wire() as wire:
            wire.send(sent)
            wire.says_no_more()
            answers = [wire.answer() for _ in range(number)]
            assert answers[-1].body == warm.body
            assert wire.rest() == b""


def test_who_says_no_more_between_two_requests_is_left(front: Front) -> None:
    with front.wire() as wire:
        wire.ask(LATEST)
        wire.says_no_more()
        assert wire.rest() == b""


def test_who_says_no_more_within_a_head_is_told_so(front: Front) -> None:
    with front.wire() as wire:
        wire.send(plain(LATEST) + plain(LATEST)[:20])
        assert wire.answer().status == 200
        wire.says_no_more()
        assert wire.answer().status == 400
        assert wire.rest() == b""


@pytest.mark.parametrize("targets", [[], [LATEST], [MISSING], [MISSING, LATEST]])
def test_a_connection_is_closed_when_nothing_has_come_for_a_while(front: Front, targets: list[str]) -> None:
    with front.wire() as wire:
        wire.ask(LATEST)
        for target in targets:
            wire.ask(target)
        began = time.monotonic()
        assert wire.rest() == b""
        assert KEEP_ALIVE_SECONDS * 0.8 < time.monotonic() - began < KEEP_ALIVE_SECONDS * 3


def test_who_goes_on_asking_is_not_closed(front: Front) -> None:
    with front.wire() as wire:
        for _ in range(3):
            time.sleep(KEEP_ALIVE_SECONDS * 0.5)
            assert wire.ask(LATEST).status == 200


def test_credentials_are_looked_at_though_the_answer_is_stored(front: Front, warm: Answer) -> None:
    with front.wire() as wire:
        assert wire.ask(LATEST, ("Authorization", "Bearer nobody")).status == 401
        assert wire.ask(LATEST, ("Authorization", "Bearer rita")).body == warm.body
        assert wire.ask(LATEST, ("AUTHORIZATION", "")).status == 401
        assert wire.ask(LATEST).body == warm.body
