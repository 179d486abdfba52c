"""What a connection is made of, where no socket shows it: how seldom its timer moves, and which headers leave."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pydotorg.kernel.frontdoor.deadline import Deadline
from pydotorg.kernel.http import headers

pytestmark = pytest.mark.anyio


class Loop:
    """A clock that is set by hand, and counts the timers."""

    def __init__(self) -> None:
        self.now = 0.0
        self.made = 0
        self.waiting: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> "Timer":
        self.made += 1
        timer = Timer(self, when, callback)
        self.waiting.append(timer)
        return timer

    def go_on(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [timer for timer in self.waiting if timer.when <= end]:
            timer = min(due, key=lambda each: each.when)
            self.waiting.remove(timer)
            self.now = max(self.now, timer.when)
            timer.callback()
        self.now = end


class Timer:
    def __init__(self, loop: Loop, when: float, callback: Callable[[], None]) -> None:
        self.loop, self.when, self.callback = loop, when, callback

    def cancel(self) -> None:
        self.loop.waiting.remove(self)


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def passed() -> list[float]:
    return []


@pytest.fixture
def deadline(loop: Any, passed: list[float]) -> Deadline:
    return Deadline(loop, lambda: passed.append(loop.now))


def test_a_deadline_passes_once_at_its_time(loop: Loop, deadline: Deadline, passed: list[float]) -> None:
    deadline.within(10)
    loop.go_on(100)
    assert passed == [10]


def test_a_deadline_moves_in_both_directions(loop: Loop, deadline: Deadline, passed: list[float]) -> None:
    deadline.within(10)
    loop.go_on(5)
    deadline.within(30)
    loop.go_on(20)
    deadline.within(1)
    loop.go_on(100)
    assert passed == [26]


def test_a_deadline_that_is_called_off_does_not_pass(loop: Loop, deadline: Deadline, passed: list[float]) -> None:
    deadline.within(10)
    deadline.never()
    loop.go_on(100)
    deadline.within(5)
    deadline.cancel()
    loop.go_on(100)
    assert (passed, loop.waiting) == ([], [])


def test_a_thousand_requests_within_a_second_make_two_timers(loop: Loop, deadline: Deadline) -> None:
    for _ in range(1000):
        deadline.within(10)
        deadline.within(30)
        deadline.never()
        deadline.within(10)
        loop.go_on(0.001)
    loop.go_on(9.5)
    assert loop.made == 2


async def test_a_deadline_passes_on_a_real_loop() -> None:
    passed = asyncio.Event()
    deadline = Deadline(asyncio.get_running_loop(), passed.set)
    deadline.within(5)
    deadline.within(0.01)
    await asyncio.wait_for(passed.wait(), 3)


def test_an_answer_keeps_the_headers_that_it_repeats() -> None:
    own = [(b"Link", b"<a>"), (b"link", b"<b>"), (b"Content-Security-Policy", b"its own")]
    sent = headers.finished(own, always=headers.ALWAYS, request_id=b"1")
    assert sent[:3] == [(b"link", b"<a>"), (b"link", b"<b>"), (b"content-security-policy", b"its own")]
    assert sent[3:] == [*headers.ALWAYS, (b"x-request-id", b"1")]


def test_an_answer_without_a_policy_gets_one() -> None:
    assert headers.CONTENT_SECURITY_POLICY in headers.finished([], always=[], request_id=b"1")
