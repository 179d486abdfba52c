"""A progress bar on the terminal of whoever waits."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress


class Bar:
    """Drawn on standard error while its context lasts, and gone afterwards."""

    def __init__(self, label: str) -> None:
        self.progress = Progress(console=Console(stderr=True), transient=True)
        self.task = self.progress.add_task(label, total=None)

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.progress.stop()

    def __call__(self, done: int, total: int) -> None:
        self.progress.update(self.task, completed=done, total=total)
