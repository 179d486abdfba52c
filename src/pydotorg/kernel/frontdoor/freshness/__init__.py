"""Whether what this process knows of the revisions holds for a request that is here.

It holds if the database was asked after the request came: then every write that was acknowledged before is known. The
databases differ in what that costs, so there is one kind of `Freshness` for each, and one for those who would rather
trust a message than ask.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

import structlog

log = structlog.get_logger(__name__)

#: an age that no answer may have
UNKNOWN = 10**9
Moved = Callable[[Mapping[str, int]], None]
Callback = Callable[[], None]


def freshness_of(url: str, mode: str, moved: Moved) -> "Freshness":
    """What the settings ask for: the URL of a database, and `strict` or `notify`.

    `moved` hears all revisions, by their datasets, whenever they differ from what was known; the first time, too.
    """
    if url.startswith("sqlite"):
        from .sqlite import SqliteFreshness

        return SqliteFreshness(url, moved)
    from .postgres import NotifiedFreshness, StrictFreshness

    return NotifiedFreshness(url, moved) if mode == "notify" else StrictFreshness(url, moved)


class Freshness(ABC):
    """Asks the database for the revisions, as late as it may and as seldom as it can.

    Nothing is connected before the first question. One event loop at a time asks.
    """

    def __init__(self, moved: Moved) -> None:
        #: how many questions the database was asked
        self.questions = 0
        self._moved = moved
        self._known: Mapping[str, int] | None = None
        self._confirmed_at = time.monotonic()
        self.away = self._lives = False

    @abstractmethod
    def ask(self, *, of_task: bool = False) -> bool:
        """Whether all that was committed before this call has been told to `moved`, or the database is away.

        If not, only a question can tell: `wait`, or `when_answered`. A task says that it is one: its request was there
        before it became ready to run.
        """

    @abstractmethod
    def when_answered(self, callback: Callback) -> None:
        """Call back, in the loop, when a question that begins after this call has been answered or has failed."""

    def forget(self) -> None:  # noqa: B027  there is nothing to forget for who asks each time
        """A request that was not there when the database was asked last must not share that answer."""

    @abstractmethod
    async def close(self) -> None:
        """Close the connection. Who still waits is called back, as if the database were away."""

    async def wait(self) -> None:
        """The same as `when_answered`, for a coroutine."""
        answered = asyncio.Event()
        self.when_answered(answered.set)
        await answered.wait()

    def age(self) -> int | None:
        """None while the database answers; while it is away, for how many seconds nothing has been confirmed.

        A server that answers, only not to us, may take writes from others: what is known may be old already.
        """
        if not self.away:
            return None
        return UNKNOWN if self._lives else int(time.monotonic() - self._confirmed_at)

    def _confirm(self) -> None:
        """What is known was true a moment ago."""
        self._confirmed_at = time.monotonic()
        if self.away:
            self.away = False
            log.info("database back")

    def _learn(self, revisions: Mapping[str, int]) -> None:
        if revisions != self._known:
            self._moved(revisions)
            self._known = revisions

    def _fail(self, error: BaseException, *, lives: bool = False) -> None:
        self._lives = lives
        if not self.away:
            self.away = True
            log.warning("database away", reason=repr(error).partition("\\n")[0])
