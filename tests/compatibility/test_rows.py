"""What making rows leaves behind: nothing that the garbage collector must look for."""

import gc
from typing import Any
from weakref import ref

import pytest

from pydotorg.compatibility.editions import V1, V2, Edition
from pydotorg.compatibility.rows import Spelling


@pytest.mark.parametrize("edition", [V1, V2])
def test_a_spelling_ends_with_its_request(edition: Edition) -> None:
    gc.disable()
    try:
        spelling = Spelling(edition, "https://www.python.org")
        assert spelling.releases[7] is spelling.releases[7], "written once"
        remembered: list[ref[Any]] = [ref(spelling), ref(spelling.releases), ref(spelling.systems)]
        del spelling
        assert [each() for each in remembered] == [None] * 3
    finally:
        gc.enable()
