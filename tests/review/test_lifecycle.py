"""What a table of states and moves says by itself: what is possible, what is not and why, and how it is drawn."""

import pytest
from msgspec import structs

from pydotorg.jobs.views import VIEWS
from pydotorg.kernel.http.errors import Conflict
from pydotorg.kernel.review.bounds import SUBMISSIONS
from pydotorg.kernel.review.lifecycle import CHANGE, DELETE, By, Lifecycle, Move, Usual, states_of
from pydotorg.kernel.review.views import lists_of
from pydotorg.kernel.text.english import in_words

LIFECYCLE = Lifecycle(
    called="poem",
    states={"sketch": "it is written", "read": "somebody reads it", "burnt": "nobody ever will"},
    moves=(
        Move(CHANGE, ("sketch",), None, By.owner, "Write on."),
        Move("show", ("sketch",), "read", By.owner, "Show a poem."),
        Move("burn", ("sketch", "read"), "burnt", By.either, "Burn a poem."),
        Move("fade", ("read",), "burnt", By.clock, "It fades."),
        Move(DELETE, ("sketch",), None, By.owner, "Forget it."),
    ),
)


def test_what_is_possible_is_what_somebody_can_ask_for() -> None:
    possible = {state: LIFECYCLE.possible(state) for state in LIFECYCLE.states}
    assert possible == {"sketch": ["change", "show", "burn", "delete"], "read": ["burn"], "burnt": []}


@pytest.mark.parametrize(
    ("state", "detail"),
    [
        ("read", "The poem is in the state read, which does not allow to show it; possible are burn."),
        ("burnt", "The poem is in the state burnt, which does not allow to show it; nothing more can be done with it."),
    ],
)
def test_a_move_that_is_not_possible_is_refused_with_those_that_are(state: str, detail: str) -> None:
    with pytest.raises(Conflict) as refused:
        LIFECYCLE.demand(LIFECYCLE.move("show"), state)
    assert refused.value.detail == detail
    assert refused.value.extra == {"status": state, "possible": LIFECYCLE.possible(state)}
    LIFECYCLE.demand(LIFECYCLE.move("show"), "sketch")


def test_the_drawing_has_every_move_that_leads_somewhere() -> None:
    assert LIFECYCLE.diagram().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> sketch: create",
        "    sketch --> read: show",
        "    sketch --> burnt: burn",
        "    read --> burnt: burn, fade",
        "    sketch --> [*]: delete",
    ]


def test_a_database_refuses_a_state_that_is_not_in_the_table() -> None:
    assert LIFECYCLE.constraint() == "status in ('sketch', 'read', 'burnt')"
    assert states_of(LIFECYCLE.moves) == set(LIFECYCLE.states)


def test_what_several_are_called_is_said_right() -> None:
    lifecycle = structs.replace(VIEWS.review.lifecycle, called="story")
    views = structs.replace(VIEWS, review=structs.replace(VIEWS.review, lifecycle=lifecycle))
    texts = [handler.opt["operation"].fn.__doc__ for handler in lists_of(views)]
    assert [text.partition(",")[0] for text in texts] == [
        "List one's own stories",
        "List the stories that wait for review",
    ]


def test_the_purpose_of_submitting_says_how_many_a_day_are_taken() -> None:
    [submit] = [move for move in Usual("story").moves if move.name == "submit"]
    assert submit.purpose.endswith(f" {in_words(SUBMISSIONS.most).capitalize()} in any 24 hours can be submitted.")
