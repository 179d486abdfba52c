"""Rows that become Structs with other things in them: which columns are asked for, and how a row becomes one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

T = TypeVar("T", bound=Struct)


class Inner(NamedTuple):
    """A member that is a thing of its own; None where its first column is null."""

    struct: Callable[..., Any]
    columns: Sequence[Any]

    def made(self, *row: Any) -> Any:
        """The thing, of its columns."""
        return None if row[0] is None else self.struct(*row)


class Shape(Generic[T]):
    """A Struct of a table's columns, but for members that are derived, or things inside, or lists to be filled later.

    The result of calling it is what `Rows` need beside a statement for its `columns`.
    """

    def __init__(
        self, struct: Callable[..., T], table: Any, *, derived: Mapping[str, Any] | None = None,
        inside: Mapping[str, Inner] | None = None, lists: Sequence[str] = (),
    ) -> None:  # fmt: skip
        derived, inside = derived or {}, inside or {}
        self.struct, self.columns = struct, list[Any]()
        #: parts of a row, with what makes a member of them; those without are members themselves
        self.parts = list[tuple[slice, Callable[..., Any] | None]]()
        for name in struct.__struct_fields__:  # type: ignore[attr-defined]
            start = len(self.columns)
            if name in inside:
                self.columns += inside[name].columns
                self.parts.append((slice(start, len(self.columns)), inside[name].made))
            elif name in lists:
                self.parts.append((slice(start, start), list))
            else:
                self.columns.append(derived[name].label(name) if name in derived else getattr(table, name))
                self._one_more(start)

    def _one_more(self, start: int) -> None:
        part, make = self.parts[-1] if self.parts else (slice(0, 0), list)
        if make is None:
            self.parts[-1] = slice(part.start, start + 1), None
        else:
            self.parts.append((slice(start, start + 1), None))

    def __call__(self, *row: Any) -> T:
        """The Struct of a row."""
        members = list[Any]()
        for part, make in self.parts:
            if make is None:
                members += row[part]
            else:
                members.append(make(*row[part]))
        return self.struct(*members)
