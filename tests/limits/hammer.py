"""One of several processes that count the same caller at the same time. It prints a dot for each request that passed.

    python hammer.py shared:PATH|redis:URL CALLER REQUESTS FACTOR

It says `ready` first, and begins when it is told anything.
"""

import asyncio
import os
import sys
from pathlib import Path

from pydotorg.kernel import clock
from pydotorg.kernel.access import ANONYMOUS, Tier
from pydotorg.kernel.frontdoor.counters.memory import Memory
from pydotorg.kernel.frontdoor.counters.redis import Redis
from pydotorg.kernel.frontdoor.counters.shared import Shared
from pydotorg.kernel.frontdoor.limits import Limits

AT_ONCE = 50
STDOUT = 1


def hammer_shared(path: str, caller: str, requests: int, factor: float) -> None:
    limits = Limits(Shared(Path(path)), factor=factor)
    allowance = limits.allowance(ANONYMOUS, Tier.low)
    begin()
    for _ in range(requests):
        if not limits.count(caller, allowance).is_spent:
            os.write(STDOUT, b".")


async def hammer_redis(url: str, caller: str, requests: int, factor: float) -> None:
    counter = Redis(url, Memory(), answer_seconds_max=5)  # the machine may be busy, and this is not about slowness
    limits = Limits(counter, factor=factor)
    allowance = limits.allowance(ANONYMOUS, Tier.low)
    begin()
    for _ in range(requests // AT_ONCE):
        quotas = await asyncio.gather(*(limits.counted(caller, allowance) for _ in range(AT_ONCE)))
        os.write(STDOUT, b"." * sum(not quota.is_spent for quota in quotas))
    await counter.close()


def begin() -> None:
    clock.unix = lambda: 1_735_689_600.0  # so that no window ends meanwhile
    os.write(STDOUT, b"ready\n")
    sys.stdin.readline()


if __name__ == "__main__":
    kind, _, address = sys.argv[1].partition(":")
    if kind == "shared":
        hammer_shared(address, sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    else:
        asyncio.run(hammer_redis(address, sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
