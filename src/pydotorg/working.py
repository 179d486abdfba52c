"""`pydotorg worker`: does what is queued and planned, without serving, until it is told to end."""

import asyncio
import signal

from . import preparation
from .app import DOMAINS, parts_of, worker_of
from .kernel.database.transaction import Transactions
from .kernel.domain import following_of
from .kernel.observability.log import configure_log
from .settings import Settings


def work(settings: Settings) -> None:
    """Work until SIGINT or SIGTERM; raises CannotStart with one sentence that says what to do."""
    settings.check_for_serving()
    configure_log(settings.log_level, settings.log_format)
    preparation.prepare_to_work(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    transactions = Transactions(settings.database_url, following_of(DOMAINS))
    worker = worker_of(settings, parts_of(settings, transactions, DOMAINS), DOMAINS, led=False)
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await worker.start()
    await told.wait()
    await worker.stop()
    await transactions.dispose()
