"""Measures, prints the figures, and says which goals are met."""

import argparse
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from . import bench, report
from .goals import verdicts
from .growing import GROWING, growths
from .importing_events import IMPORTING, imports
from .loads import CONNECTIONS
from .machine import demand_cores, demand_programs
from .plan import COMPARISONS, STARTING, protocol
from .processes import CannotMeasure
from .rounds import compare
from .signing_in import SIGNING_IN, beside_logins
from .starting import starts

CHOICES = [*(each.name for each in (*COMPARISONS, *GROWING)), IMPORTING, SIGNING_IN, STARTING]


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        demand_programs()
        demand_cores()
        if options.report:
            report.around(options.report)  # better now than after a quarter of an hour
        return measured(options)
    except CannotMeasure as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; nothing was written.")


def measured(options: argparse.Namespace) -> int:
    """The exit status, once everything has been said."""
    wanted = options.only or CHOICES
    began = time.monotonic()
    with bench.opened(rounds=options.rounds, seconds=options.seconds, tell=tell) as here:
        chapters = [compare(here, comparison) for comparison in COMPARISONS if comparison.name in wanted]
        grown = {growing: growths(here, growing) for growing in GROWING if growing.name in wanted}
        imported = imports(here) if IMPORTING in wanted else []
        latencies = beside_logins(here, protocol) if SIGNING_IN in wanted else []
        begun = starts(here) if STARTING in wanted else []
    judged = verdicts(chapters)
    measured = report.Measured(chapters, grown, imported, latencies, begun, judged)
    text = report.written(measured, how(options, time.monotonic() - began))
    print(text)
    if options.report:
        report.put(options.report, text)
    words = [growth.word for each in grown.values() for growth in each] + [each.word for each in imported]
    return conclusion([verdict.word for verdict in judged] + words)


def conclusion(words: list[str]) -> int:
    counts = {word: words.count(word) for word in ("met", "not met", "not measured")}
    tell("goals: " + ", ".join(f"{count} {word}" for word, count in counts.items()))
    return int(counts["not met"] > 0)


def how(options: argparse.Namespace, took: float) -> str:
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} in {took / 60:.1f} min: {options.rounds} × "
        f"{options.seconds} s for each load, {CONNECTIONS} connections. Medians; in brackets the least and the most."
    )


def tell(sentence: str) -> None:
    """Say how far it is, apart from the figures."""
    print(sentence, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench",
        description="Measures the service beside nginx and a bare ASGI function; see docs/performance.md.",
        epilog="Exit status: 0 if every goal that was measured is met, 1 if one is not, or if it cannot be measured.",
    )
    parser.add_argument("--rounds", type=positive, default=5, help="how often each load runs (5)")
    parser.add_argument("--seconds", type=positive, default=2, help="how long a load runs, in whole seconds (2)")
    parser.add_argument("--only", choices=CHOICES, action="append", help="measure this alone; may be repeated")
    parser.add_argument("--report", type=Path, help="a document to write the figures into, between its marks")
    return parser.parse_args()


def positive(text: str) -> int:
    if (value := int(text)) < 1:
        raise ValueError
    return value


if __name__ == "__main__":
    sys.exit(main())
