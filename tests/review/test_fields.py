"""Of a thing, a domain says what everybody sees; what its owner and moderators see besides follows."""

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import fields

from pydotorg.kernel.review.fields import concerning, seen


class Poem(Struct, frozen=True):
    """A poem."""

    title: str


@concerning
class PoemDetail(Poem, frozen=True):
    """All of a poem."""

    verses: "list[Verse]"
    muse: str | UnsetType = UNSET


class Verse(Struct, frozen=True):
    """A line of it."""

    text: str


OF_OWNERS = ("owner", "reason", "submitted_at")
OF_MODERATORS = ("suspected_spam", "suspicion")
SEEN = seen("poem", Poem, PoemDetail)


def test_all_of_a_thing_has_what_may_be_left_out_for_whom_it_does_not_concern() -> None:
    assert PoemDetail.__struct_fields__ == ("title", "verses", "muse", *OF_OWNERS, *OF_MODERATORS)
    assert [field.name for field in fields(PoemDetail) if field.default is UNSET] == [
        "muse", *OF_OWNERS, *OF_MODERATORS,
    ]  # fmt: skip
    assert (PoemDetail.__name__, PoemDetail.__doc__) == ("PoemDetail", "All of a poem.")


def test_lists_have_all_that_concerns_who_reads_them() -> None:
    assert SEEN.own.__struct_fields__ == ("title", "muse", *OF_OWNERS)
    assert SEEN.queued.__struct_fields__ == ("title", "muse", *OF_OWNERS, *OF_MODERATORS, "waiting_seconds")
    for struct, sentence in (
        (SEEN.own, "A poem, as its owner sees it."),
        (SEEN.queued, "A poem that waits for review, as moderators see it."),
    ):
        assert struct.__doc__ == sentence
        assert all(field.required for field in fields(struct))
    assert [struct.__name__ for struct in SEEN[:2]] == ["OwnPoem", "QueuedPoem"]


def test_rows_have_what_is_stored_of_that() -> None:
    assert SEEN.row.__struct_fields__ == ("title", "muse", *OF_OWNERS, "suspicion", "owner_id")
    assert {*SEEN.whole.__struct_fields__} == {*SEEN.row.__struct_fields__, "verses"}
