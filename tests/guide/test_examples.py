"""Every block of the guide and of the README does what the page says."""

import os
from pathlib import Path

import pytest
from sybil.example import SybilFailure

from .comparing import differs
from .reading import CHECKOUT, DRAWING, FENCE, PAGES, Reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_all_blocks_of_a_page_do_what_it_says(page: Path, reader: Reader) -> None:
    reader.read(page)
    outputs = sum(block.output is not None for block in reader.ran)
    if reader.unable:
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell(f"{len(reader.ran)} blocks of {page.name} ran, but {', '.join(reader.unable)}")
    code = DRAWING.sub("", page.read_text(encoding="utf-8"))
    assert 2 * (len(reader.ran) + outputs) == len(FENCE.findall(code))


WRONG_PAGES = {
    "another output": "```python\nprint(1)\n```\n\n```text\n2\n```\n",
    "output that is not shown": "```python\nprint(1)\n```\n",
    "a command that fails": "```bash\nfalse\n```\n",
    "a pipe whose first command fails": "```bash\nfalse | cat\n```\n",
    "an exception": "```python\nraise ValueError\n```\n",
    "a target that is not there": "```bash\nmake nothing-of-this-name\n```\n",
    "an address that is not there": "```bash\ncurl --silent --fail http://localhost:8000/nothing\n```\n",
    "an output without code": "```json\n{}\n```\n",
    "an output that belongs to no code": "```bash\ntrue\n```\n\nThen:\n\n```json\n{}\n```\n",
    "a block of unknown language": "```ruby\nputs 1\n```\n",
    "a block without language": "```\nls\n```\n",
    "indented code": "So:\n\n    ls\n",
}


@pytest.mark.parametrize("text", WRONG_PAGES.values(), ids=WRONG_PAGES)
def test_a_wrong_page_is_found_out(text: str, reader: Reader, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises((AssertionError, SybilFailure, ValueError)):
        reader.read(page)


@pytest.mark.parametrize(
    ("kind", "shown", "printed"),
    [
        ("text", "one\n…\nlast", "one\ntwo\nthree\nlast\n"),
        ("text", "one\n…\nlast", "one\nlast"),
        ("text", "a … b", "a long way to b"),
        ("json", '{"a": 1, …}', '{"b": 2, "a": 1}'),
        ("json", '{"a": …}', '{"a": [1]}'),
        ("json", "[1, …, 5, …]", "[1, 2, 3, 4, 5]"),
        ("json", '{"a": "one … three"}', '{"a": "one two three"}'),
        ("json", '{"a, …": "[1], …"}', '{"a, …": "[1], 2"}'),
    ],
)  # fmt: skip
def test_a_page_may_leave_out(kind: str, shown: str, printed: str) -> None:
    assert differs(kind, shown, printed) is None


@pytest.mark.parametrize(
    ("kind", "shown", "printed"),
    [
        ("text", "one\nlast", "one\ntwo\nlast"),
        ("text", "a … b", "a\nb"),
        ("json", '{"a": 1}', '{"a": 1, "b": 2}'),
        ("json", '{"a": 1, …}', '{"b": 1}'),
        ("json", "[1, …]", "[2, 1]"),
        ("json", "[1, 2]", "[1, 2, 3]"),
        ("json", '{"a": 1}', '{"a": true}'),
        ("json", '{"a": "1"}', '{"a": 1}'),
        ("json", "{}", ""),
    ],
)  # fmt: skip
def test_a_page_must_not_say_otherwise(kind: str, shown: str, printed: str) -> None:
    assert differs(kind, shown, printed) is not None
