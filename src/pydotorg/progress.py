"""A progress bar on the terminal of whoever waits."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """Drawn on standard error from the first progress on, and gone when its context ends."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.drawn: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.drawn is not None:
            self.drawn.stop()

    def __call__(self, done: int, total: int) -> None:
        if self.drawn is None:
            self.drawn = self._draw()
        self.drawn.update(self.drawn.task_ids[0], completed=done, total=total)

    def _draw(self) -> "Progress":
        from rich.console import Console
        from rich.progress import Progress

        progress = Progress(console=Console(stderr=True), transient=True)
        progress.add_task(self.label, total=None)
        progress.start()
        return progress
