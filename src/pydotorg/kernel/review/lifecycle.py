"""The life of what people submit: one table of states and moves, which the code, the documentation and the tests share.

A domain declares its states with what they mean, and its moves: from which states, to which, and by whom.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.text.english import in_words, with_article

from .bounds import PERIOD, SUBMISSIONS

#: the states that the review itself knows by name
DRAFT, REVIEW, APPROVED, REJECTED = "draft", "review", "approved", "rejected"
#: the move for which there must be a reason
REJECT = "reject"
#: moves that a change of the thing is, and not a transition that somebody asks for by its name
CHANGE, REVISE, DELETE = "change", "revise", "delete"
A_DAY = f"{in_words(SUBMISSIONS.most).capitalize()} in any {PERIOD // timedelta(hours=1)} hours"
#: moves that nobody asks for
OF_THE_CLOCK = "by the clock"


class By(StrEnum):
    """Whose move it is."""

    owner = "owner"
    moderator = "moderator"
    either = "owner or moderator"
    clock = OF_THE_CLOCK


class Move(Struct, frozen=True):
    """One kind of step: from any of some states to one, or, without a target, none: the state stays."""

    name: str
    sources: tuple[str, ...]
    target: str | None
    by: By
    #: what it is for, for the documentation: a sentence, and more below an empty line
    purpose: str
    #: what has been done, as a mail says it: "The job has been …"
    done: str = ""


class Lifecycle(Struct, frozen=True):
    """The states of a kind of thing, with what each means, and the moves between them."""

    called: str
    states: Mapping[str, str]
    moves: tuple[Move, ...]

    def move(self, name: str) -> Move:
        """The move of this name."""
        return next(move for move in self.moves if move.name == name)

    def possible(self, state: str) -> list[str]:
        """What can be done with a thing in this state, by whomever."""
        return [move.name for move in self.moves if state in move.sources and move.by is not By.clock]

    def demand(self, move: Move, state: str) -> None:
        """Refuse a move that this state does not allow, with those that it does."""
        if state not in move.sources:
            raise self.refusal(move.name, state)

    def refusal(self, move: str, state: str) -> Conflict:
        """That a move is not possible, and which are."""
        possible = self.possible(state)
        others = f"possible are {', '.join(possible)}" if possible else "nothing more can be done with it"
        return Conflict(
            f"The {self.called} is in the state {state}, which does not allow to {move} it; {others}.",
            status=state, possible=possible,
        )  # fmt: skip

    def constraint(self) -> str:
        """What SQL demands of the column that holds a state."""
        return f"status in ({', '.join(repr(state) for state in self.states)})"

    def diagram(self) -> str:
        """The table as a drawing, in Mermaid's words."""
        return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in self._arrows())])

    def _arrows(self) -> Iterator[str]:
        begins = next(iter(self.states))
        yield f"[*] --> {begins}: create"
        between: dict[tuple[str, str], list[str]] = {}
        for move in self.moves:
            for source in move.sources:
                target = "[*]" if move.name == DELETE else move.target
                if target is not None:
                    between.setdefault((source, target), []).append(move.name)
        for (source, target), names in between.items():
            yield f"{source} --> {target}: {', '.join(names)}"


def states_of(moves: Iterable[Move]) -> set[str]:
    """Every state that these moves know."""
    return {state for move in moves for state in (*move.sources, *([move.target] if move.target else []))}


class Usual(Struct, frozen=True):
    """The states and moves that most kinds of things have alike, each with the word for the thing."""

    called: str
    #: in which something is public, or was
    published: tuple[str, ...] = (APPROVED,)
    #: what its owner changes of one that is public, without another review
    freely: str = "nothing"

    def states(self, *, approved: str, **others: str) -> dict[str, str]:
        """All states, with what it means to be approved, and with `others` that only this kind of thing has."""
        return {
            DRAFT: "its owner writes it, and has not submitted it yet",
            REVIEW: "it has been submitted, and moderators decide",
            APPROVED: approved,
            REJECTED: "moderators have said why not; it can be changed and submitted again",
            **others,
        }

    @property
    def moves(self) -> tuple[Move, ...]:
        """How it is changed, submitted and rejected."""
        a = with_article(self.called)
        before = (DRAFT, REVIEW, REJECTED)
        return (
            Move(
                CHANGE, (*before, *self.published), None, By.either,
                f"Change {a}, and leave it in its state.\n\nOf one that was approved, its owner so changes "
                f"{self.freely}; moderators change anything.",
            ),
            Move(
                REVISE, self.published, REVIEW, By.owner,
                f"Change what an approved {self.called} says.\n\nThen it waits for review again.",
                done="changed, and waits for review",
            ),
            Move(
                "submit", (DRAFT, REJECTED), REVIEW, By.owner,
                f"Submit {a} for review.\n\nModerators are told. {A_DAY} can be submitted.",
                done="submitted for review",
            ),
            Move(
                REJECT, (REVIEW,), REJECTED, By.moderator,
                f"Reject {a}, with a reason.\n\nIts owner is told the reason, and can change and submit it again.",
                done="rejected",
            ),
        )  # fmt: skip
