"""Markdown, as HTML that is safe to show: raw HTML is shown as the text that it is, links are of known schemes."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import nh3

from pydotorg.kernel.one_thread import OneThread

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = {"http", "https", "mailto"}
RELATION = "nofollow ugc noopener"
#: longer texts take more than a millisecond, and up to seconds if somebody means harm
AT_ONCE_CHARACTERS_MAX = 2000
#: half a minute, if all of them mean harm
WAITING_MAX = 30
#: texts whose HTML is kept in mind: that of a row which is read and written again does not change
REMEMBERED_MAX = 64


async def html_of(markdown: str) -> str:
    """What `to_html` makes of a text; of long texts, one at a time beside the event loop, or `TooManyWait`."""
    if len(markdown) <= AT_ONCE_CHARACTERS_MAX:
        return to_html(markdown)
    return await LONG_TEXTS.do(to_html, markdown)


LONG_TEXTS = OneThread("markdown", WAITING_MAX)


@lru_cache(REMEMBERED_MAX)
def to_html(markdown: str) -> str:
    """The HTML of a Markdown text (CommonMark with tables); empty for an empty text."""
    if not markdown:
        return ""
    return nh3.clean(
        _renderer().render(markdown), url_schemes=SCHEMES, link_rel=RELATION, url_relative="deny",
    )  # fmt: skip


@cache
def _renderer() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table")
