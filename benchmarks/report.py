"""The figures as Markdown, on the terminal and in a document between two marks."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .goals import Verdict
from .growing import Growing, Growth
from .importing_events import EVENTS, IMPORT_SECONDS_MAX, LATER_MILLISECONDS_MAX, Import
from .machine import facts
from .processes import CannotMeasure
from .rounds import Figures, Spread
from .signing_in import Latencies
from .starting import Start

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
MEGABYTE = 2**20


class Measured(NamedTuple):
    """All that was measured; what was not asked for is empty."""

    chapters: list[Figures]
    growths: dict[Growing, list[Growth]]
    imports: list[Import]
    latencies: list[Latencies]
    begun: list[Start]
    verdicts: list[Verdict]


def written(measured: Measured, how: str) -> str:
    """All of it."""
    parts = [
        how,
        table(["", ""], facts().items()),
        "### Goals",
        goals(measured.verdicts),
        *(part for figures in measured.chapters for part in chapter(figures)),
    ]
    for of, growths in measured.growths.items():
        parts += [f"### {of.title}, computed anew, as there are more", growing(of, growths)]
    if measured.imports:
        parts += [f"### An import of {EVENTS:,} events, and a read of `latest` beside it", importing(measured.imports)]
    if measured.latencies:
        parts += ["### A stored answer while many sign in", beside(measured.latencies)]
    if measured.begun:
        parts += ["### Start and memory", starting(measured.begun)]
    return "\n\n".join(parts)


def put(path: Path, text: str) -> None:
    """Replace what stands between the marks."""
    before, after = around(path)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", "utf-8")


def around(path: Path) -> tuple[str, str]:
    """What stands before the first mark, and what after the second."""
    if not path.is_file():
        raise CannotMeasure(f"There is no document {path} to write the figures into.")
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CannotMeasure(f"{path} has no {BEGIN} … {END} between which the figures could stand.")
    return before, after


def chapter(figures: Figures) -> Iterable[str]:
    yield f"### {figures.comparison.title}"
    yield from figures.notes
    if figures.samples:
        yield table(head(figures), rows(figures))


def head(figures: Figures) -> list[str]:
    ratios = [f"× {name} by {what}" for name in figures.comparison.references for what in ("CPU", "requests")]
    return ["request", "server", "requests/s", "CPU µs/request", *ratios]


def rows(figures: Figures) -> Iterable[list[str]]:
    for request, target in figures.samples:
        key = (request, target)
        yield [
            request,
            target,
            shown(figures.spread(key, lambda sample: sample.per_second), "{:,.0f}"),
            shown(figures.spread(key, lambda sample: sample.processor_microseconds), "{:,.1f}"),
            *(
                shown(figures.ratio(request, target, reference, by_processor=by_processor), "{:.3g}")
                if target != reference
                else "1"
                for reference in figures.comparison.references
                for by_processor in (True, False)
            ),
        ]


def goals(verdicts: list[Verdict]) -> str:
    cells = [
        [verdict.sentence, shown(verdict.ratio, "{:.3g}") if verdict.ratio else "", verdict.word]
        for verdict in verdicts
    ]
    return table(["goal, by CPU per request unless it says otherwise", "measured", ""], cells)


def growing(of: Growing, growths: list[Growth]) -> str:
    cells = [
        [
            growth.asked.name,
            growth.database,
            *(shown(each, "{:.2f}") for each in (growth.small, growth.large)),
            f"{growth.large.median / growth.small.median:.3g}",
            "" if growth.asked.milliseconds_max is None else f"≤ {growth.asked.milliseconds_max}: {growth.word}",
        ]
        for growth in growths
    ]
    numbers = (f"ms, {number:,} {of.name}" for number in (of.small, of.large))
    return table(["request", "database", *numbers, "growth", "goal, ms"], cells)


def importing(imports: list[Import]) -> str:
    cells = [
        [
            each.name,
            *(f"{value:.2f}" for value in (each.seconds, each.alone.p99, each.beside.p99, each.later)),
            each.word,
        ]
        for each in imports
    ]
    goal = f"≤ {IMPORT_SECONDS_MAX} s, and ≤ {LATER_MILLISECONDS_MAX} ms later"
    return table(["", "s for the import", "99 % within ms, alone", "beside it", "ms later", goal], cells)


def beside(latencies: list[Latencies]) -> str:
    cells = [
        [each.name, f"{each.answers:,}", *(f"{value:.2f}" for value in (each.median, each.p99, each.most))]
        for each in latencies
    ]
    return table(["", "answers", "median ms", "99 % within ms", "most ms"], cells)


def starting(begun: list[Start]) -> str:
    cells = [
        [
            start.name,
            *(f"{at.least * 1e3:,.0f} / {at.median * 1e3:,.0f}" for at in (start.healthy, start.answering)),
            " + ".join(f"{each.resident_bytes / MEGABYTE:.0f}" for each in start.memory),
            f"{sum(each.proportional_bytes for each in start.memory) / MEGABYTE:.0f}",
        ]
        for start in begun
    ]
    columns = ["server", "ms to `/health`, best / median", "ms to `latest`, best / median"]
    return table([*columns, "MB resident, of each process", "MB in all, shared pages once"], cells)


def shown(spread: Spread, form: str) -> str:
    """The median, and in brackets the least and the most."""
    return f"{form.format(spread.median)} ({form.format(spread.least)}–{form.format(spread.most)})"


def table(head: list[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
