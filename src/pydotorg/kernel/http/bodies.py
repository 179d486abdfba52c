"""Request bodies: a Struct whose fields are the members. How it is declared; `body_reading.py` reads it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple, TypeAlias

from msgspec import UNSET, Struct

from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.text.markdown import html_of

#: what is wrong with a name of another resource, in a client's words, if it names none
Check: TypeAlias = Callable[[Database, str], Awaitable[str | None]]


#: what is wrong with a text, if anything is, by the member that it is
Rules: TypeAlias = Mapping[str, Callable[[str], str | None]]


class Relation(NamedTuple):
    """What some members say against each other, as (member, message): asked if these are right, whatever others are."""

    members: tuple[str, ...]
    faults: Callable[..., Iterable[tuple[str, str]]]


class Part(Struct, forbid_unknown_fields=True):
    """Base of the objects in bodies; a member without a default is required."""

    #: members of the answer that nobody sets: named as such, not as unknown
    read_only: ClassVar[frozenset[str]] = frozenset({"id", "created_at", "updated_at"})
    #: what a text must be besides what its type says, by its member; a rule says what is wrong
    rules: ClassVar[Rules] = {}
    #: members that name another resource, or several
    references: ClassVar[Mapping[str, Check]] = {}

    relations: ClassVar[tuple[Relation, ...]] = ()

    def faults(self) -> Iterable[tuple[str, str]]:
        """What all members together say that cannot be, as (member, message)."""
        return ()


class Body(Part):
    """Base of all bodies."""

    #: whether the handler looks for what a body mentions that is otherwise faultless: it depends on what there is
    finds_mentioned: ClassVar[bool] = False
    #: one for the document, where the members that must be there make none to learn from
    example: ClassVar[Mapping[str, Any]] = {}
    #: members that are written in Markdown
    markdown: ClassVar[tuple[str, ...]] = ()

    async def prepare(self) -> None:
        """Make HTML of what is Markdown: it is remembered, and nobody waits for it in a transaction."""
        for name in self.markdown:
            text = getattr(self, name)
            if isinstance(text, str):
                await html_of(text)


def said(change: Part, names: Iterable[str]) -> dict[str, Any]:
    """Those of these members that the body of a change has."""
    given = ((name, getattr(change, name)) for name in names)
    return {name: value for name, value in given if value is not UNSET}
