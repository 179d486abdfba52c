"""Markdown, as HTML that is safe to show: raw HTML is shown as the text that it is, links are of known schemes."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import nh3

from pydotorg.kernel.one_thread import OneThread

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

SCHEMES = {"http", "https", "mailto"}
RELATION = "nofollow ugc noopener"
#: longer texts take more than a millisecond, and up to seconds if somebody means harm
AT_ONCE_CHARACTERS_MAX = 2000
#: half a minute, if all of them mean harm
WAITING_MAX = 30
#: texts whose HTML is kept in mind: that of a row which is read and written again does not change
REMEMBERED_MAX = 64
#: an address that is written once can be linked to a thousand times; cmark, too, links to no more than these in all
ADDRESSES_CHARACTERS_MAX = 100_000
#: so many cells of a table may be left out, however few are written
LEFT_OUT_MAX = 100


async def html_of(markdown: str) -> str:
    """What `to_html` makes of a text; of long texts, one at a time beside the event loop, or `TooManyWait`."""
    if len(markdown) <= AT_ONCE_CHARACTERS_MAX:
        return to_html(markdown)
    return await LONG_TEXTS.do(to_html, markdown)


LONG_TEXTS = OneThread("markdown", WAITING_MAX)


@lru_cache(REMEMBERED_MAX)
def to_html(markdown: str) -> str:
    """The HTML of a Markdown text (CommonMark with tables); empty for an empty text.

    It is a few times as long as the text: what would make far more of it stays as it was written.
    """
    return nh3.clean(_rendered(markdown), url_schemes=SCHEMES, link_rel=RELATION, url_relative="deny")


def _rendered(markdown: str) -> str:
    if not markdown:
        return ""
    whole, environment = _parser(), dict[str, Any]()
    tokens = whole.parse(markdown, environment)
    if sum(map(_characters_of_addresses, tokens)) > max(ADDRESSES_CHARACTERS_MAX, len(markdown)):
        return str(_parser("reference").render(markdown))
    return str(whole.renderer.render(tokens, whole.options, environment))


def _characters_of_addresses(token: "Token") -> int:
    """Of a token and those within; titles are told with their addresses."""
    own = sum(len(str(value)) for value in token.attrs.values())
    return own + sum(map(_characters_of_addresses, token.children or ()))


@cache
def _parser(*without: str) -> "MarkdownIt":
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    return parser.disable([*without])


def _table(state: "StateBlock", start: int, end: int, silent: bool) -> bool:  # noqa: FBT001  as rules are called
    """A table, unless most of its cells are left out: each would be made nevertheless."""
    from markdown_it.rules_block import table

    is_one = table(state, start, end, silent=True) and _is_written(state, start, end)
    return is_one and (silent or table(state, start, end, silent=False))


def _is_written(state: "StateBlock", start: int, end: int) -> bool:
    """Whether from no line on most cells of the table that begins here are left out."""
    columns, cells, written = 0, 0, LEFT_OUT_MAX
    for line in range(start, end):
        if state.isEmpty(line):
            break
        bars = state.src.count("|", state.bMarks[line], state.eMarks[line])
        columns = columns or bars
        cells, written = cells + columns, written + 2 * bars
        if cells > written:
            return False
    return True
