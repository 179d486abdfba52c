"""What nobody expected costs one event, and is told to whoever runs the service."""

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from pydotorg.events.ics import child, joining, reading
from pydotorg.events.ics.entries import Remark
from pydotorg.events.ics.expansions import Asked, Told

from .test_reading import calendar

FILE = calendar(*(f"UID:{uid}\nSUMMARY:{uid}\nDESCRIPTION:{uid}\nDTSTART:20260105T090000Z" for uid in "abc"))
REASON = "It could not be read, for a reason that only the log of this service tells."


@pytest.mark.parametrize(
    ("module", "name", "sign", "remark", "unread"),
    [
        (reading, "draft", "value='b'", Remark("line 9", "", REASON), []),
        (joining, "schedule", "title='b'", Remark("b", "b", REASON), ["b"]),
        (child, "to_html", "b", Remark("b", "b", REASON), ["b"]),
    ],
    ids=["taken apart", "understood", "followed"],
)
def test_the_others_are_read(
    module: ModuleType,
    name: str,
    sign: str,
    remark: Remark,
    unread: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    works = getattr(module, name)

    def fails(given: Any, *more: Any) -> Any:
        if sign in str(given):
            raise ZeroDivisionError("by chance")
        return works(given, *more)

    monkeypatch.setattr(module, name, fails)
    told = child.answer(Asked(FILE.encode(), "UTC", datetime(2026, 3, 1, 12, tzinfo=UTC)))
    assert isinstance(told, Told)
    assert len(told.entries) == 2
    # where its UID is not known, nothing is taken for gone
    assert (told.skipped, told.unread, told.is_whole) == ([remark], unread, bool(unread))
    assert capsys.readouterr().err.endswith("ZeroDivisionError: by chance\n")
