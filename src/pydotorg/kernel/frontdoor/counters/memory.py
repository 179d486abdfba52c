"""A counter in the memory of one process, exact for it. Its size is bounded, however many callers there are.

When there are too many, those with the fewest requests are forgotten. A heavy caller keeps his count, and who is
forgotten gains at most the little that he had used.
"""

CALLERS_MAX = 100_000  # in one window


class Memory:
    """Counts by key, of two windows: a request that came just before the end of one may be counted just after it."""

    __slots__ = ("counts", "counts_before", "window", "window_before")

    def __init__(self) -> None:
        self.window = self.window_before = 0
        self.counts: dict[str, int] = {}
        self.counts_before: dict[str, int] = {}

    def count(self, key: str, window: int, requests: int = 1, known: int = 0) -> int:
        """Count requests; how many that makes in this window, if there were at least the known ones before."""
        if window != self.window:
            self._turn_to(window)
        total = self.counts.get(key, 0)
        if not total and len(self.counts) >= CALLERS_MAX:
            self._forget_the_lightest()
        if known:
            total = max(total, known)
        total += requests
        self.counts[key] = total
        return total

    def _turn_to(self, window: int) -> None:
        counts = self.counts_before if window == self.window_before else {}
        self.window_before, self.counts_before = self.window, self.counts
        self.window, self.counts = window, counts

    def _forget_the_lightest(self) -> None:
        """At least half of all, at once: one by one, each new caller would cost a search."""
        median = sorted(self.counts.values())[len(self.counts) // 2]
        self.counts = {key: count for key, count in self.counts.items() if count > median}
