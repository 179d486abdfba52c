"""Whether the goals are met."""

from typing import NamedTuple

from .plan import GOALS, Goal
from .rounds import Figures, Spread


class Verdict(NamedTuple):
    """On one goal; without a ratio it was not measured."""

    goal: Goal
    ratio: Spread | None

    @property
    def sentence(self) -> str:
        goal = self.goal
        by = ", by bytes a second" if goal.by_bytes else ""
        return f"{goal.request}, {goal.comparison}, {goal.candidate}: ≥ {goal.ratio_min} × {goal.reference}{by}"

    @property
    def word(self) -> str:
        if self.ratio is None:
            return "not measured"
        return "met" if self.ratio.median >= self.goal.ratio_min else "not met"


def verdicts(chapters: list[Figures]) -> list[Verdict]:
    """On all goals, in their order."""
    by_name = {figures.comparison.name: figures for figures in chapters}
    return [Verdict(goal, ratio(goal, by_name.get(goal.comparison))) for goal in GOALS]


def ratio(goal: Goal, figures: Figures | None) -> Spread | None:
    if figures is None or (goal.request, goal.candidate) not in figures.samples:
        return None
    return figures.ratio(goal.request, goal.candidate, goal.reference, by_processor=not goal.by_bytes)
