"""The event loop's delay is measured all the time, and what was counted is shared all the time."""

import asyncio
import time
from pathlib import Path

import pytest

from pydotorg.app import Lean
from pydotorg.kernel.metrics import BOUNDS, Tallies
from pydotorg.kernel.observability import pulse
from pydotorg.kernel.observability.ledger import Ledger
from pydotorg.kernel.observability.pulse import Pulse

pytestmark = pytest.mark.anyio

SECONDS_MAX = 10


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.02)


async def beats(tallies: Tallies, more: int) -> None:
    """Wait for so many more."""
    enough = sum(tallies.delays.buckets) + more
    async with asyncio.timeout(SECONDS_MAX):
        while sum(tallies.delays.buckets) < enough:  # noqa: ASYNC110  what counts sets no event
            await asyncio.sleep(0.005)


async def test_the_delay_rises_when_something_blocks_the_loop() -> None:
    ledger = Ledger(Tallies(), None)
    heart = Pulse(ledger)
    await heart.start()
    try:
        await beats(ledger.tallies, 3)
        before = ledger.tallies.delays.seconds
        time.sleep(0.3)  # noqa: ASYNC251  that is what must be noticed
        await beats(ledger.tallies, 1)
    finally:
        await heart.stop()
    assert ledger.tallies.delays.seconds - before > 0.25
    assert sum(ledger.tallies.delays.buckets[BOUNDS.index(0.25) :]) > 0


async def test_what_was_counted_is_shared_without_anybody_asking(tmp_path: Path) -> None:
    ledger, other = Ledger(Tallies(), tmp_path), Ledger(Tallies(), tmp_path)
    heart = Pulse(ledger)
    await heart.start()
    try:
        ledger.tallies.answered("os_list", 200)
        await beats(ledger.tallies, 3)
        assert other.total().requests == {("os_list", 200): 1}
    finally:
        await heart.stop()


async def test_what_was_counted_last_is_shared_at_the_end(tmp_path: Path) -> None:
    ledger, other = Ledger(Tallies(), tmp_path), Ledger(Tallies(), tmp_path)
    heart = Pulse(ledger)
    await heart.start()
    ledger.tallies.answered("os_list", 200)
    await heart.stop()
    assert other.total().requests == {("os_list", 200): 1}


async def test_it_begins_and_ends_with_the_application() -> None:
    ledger = Ledger(Tallies(), None)
    heart = Pulse(ledger)
    app = Lean(on_startup=[heart.start], on_shutdown=[heart.stop], openapi_config=None, logging_config=None)
    async with app.lifespan():
        await beats(ledger.tallies, 1)
    counted = sum(ledger.tallies.delays.buckets)
    await asyncio.sleep(0.1)
    assert sum(ledger.tallies.delays.buckets) == counted


async def test_what_never_began_can_end() -> None:
    await Pulse(Ledger(Tallies(), None)).stop()


def test_a_loop_that_ends_without_telling_it_ends() -> None:
    async def start_only() -> None:
        await Pulse(Ledger(Tallies(), None)).start()

    asyncio.run(start_only())
