"""Markdown, as HTML that is safe to show: raw HTML is shown as the text that it is, links are of known schemes."""

from functools import cache
from typing import TYPE_CHECKING

import nh3

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = {"http", "https", "mailto"}
RELATION = "nofollow ugc noopener"


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
