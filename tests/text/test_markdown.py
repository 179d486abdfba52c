"""HTML of Markdown: what it may do to a reader is decided here, whoever wrote it."""

import asyncio
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydotorg.kernel.one_thread import TooManyWait
from pydotorg.kernel.text.markdown import AT_ONCE_CHARACTERS_MAX, WAITING_MAX, html_of, to_html

HARMLESS = {
    "p", "a", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "br", "img", "table", "thead", "tbody", "tr", "th", "td", "div",
}  # fmt: skip
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/relative)",
    "![x](javascript:alert(1))",
    '![x](https://a.example/b.png" onerror="alert(1))',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>\n</code><script>alert(1)</script>\n```',
    "`<script>`",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "# <h1 onclick=alert(1)>",
    "|a|b|\n|-|-|\n|<td onclick=alert(1)>|x|",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]  # fmt: skip


class Elements(HTMLParser):
    """Every element of a text, with its attributes, as a browser would find it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.found.append(("a comment", {"": data}))


def demand_harmless(text: str) -> None:
    """No element, attribute or address beyond those that text needs."""
    for tag, attributes in Elements(to_html(text)).found:
        assert tag in HARMLESS
        for name, value in attributes.items():
            assert name in {"href", "rel", "src", "alt", "title", "align", "start"}, (name, value)
            if name in {"href", "src"}:
                assert re.match(r"(https?:|mailto:)", value or ""), value
        if tag == "a" and "href" in attributes:
            assert attributes["rel"] == "nofollow ugc noopener"


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_in_a_text_is_run_or_led_astray(text: str) -> None:
    demand_harmless(text)


@given(st.lists(st.sampled_from([*ATTACKS, "\n", " ", ">", "- ", "`", "*", "[", "](", "<", "a", "|", "\n\n", "    "])))
def test_nor_whatever_is_put_together_of_such(parts: list[str]) -> None:
    demand_harmless("".join(parts))


def test_raw_html_is_shown_as_it_was_written() -> None:
    assert to_html("a <b>c</b>") == "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"


@pytest.mark.parametrize("address", ["https://www.python.org/a?b=c&d", "http://a.example", "mailto:ada@example.org"])
def test_links_to_pages_and_addresses_lead_there_and_vouch_for_nothing(address: str) -> None:
    assert Elements(to_html(f"[x]({address})")).found == [
        ("p", {}),
        ("a", {"href": address, "rel": "nofollow ugc noopener"}),
    ]


def test_quotes_in_quotes_end_somewhere() -> None:
    assert to_html(">" * 1000 + "deep").count("<blockquote>") <= 20


@pytest.mark.parametrize(
    "text",
    [
        f"[a]: https://example.org/{'y' * 4000}\n\n" + "[a]" * 2000,
        f"[a]: https://example.org '{'&' * 4000}'\n\n" + "![b][a] " * 2000,
        ("|" * 251 + "\n" + "|-" * 250 + "|\n" + "|\n" * 262 + "\n") * 8,
        "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "x\n" * 500,
        "> " + "|" * 251 + "\n> " + "|-" * 250 + "|\n" + "> |\n" * 262,
    ],
    ids=["an address", "a title", "tables", "a table without bars", "a quoted table"],
)
def test_no_text_becomes_far_more_html_than_it_is_long(text: str) -> None:
    assert len(to_html(text)) < 6 * len(text)


def test_an_address_is_linked_to_by_its_name_as_often_as_anybody_would() -> None:
    html = to_html("[python]: https://www.python.org/\n\n" + "See [python].\n" * 500)
    assert html.count('href="https://www.python.org/"') == 500


def test_a_table_may_leave_cells_out() -> None:
    html = to_html("|a|b|c|d|\n|-|-|-|-|\n" + "|1|2|\n|\n" * 20)
    assert html.count("<tr>") == 41
    assert html.count("<td>") == 160


@pytest.mark.anyio
async def test_a_long_text_gives_the_same_html_and_holds_nobody_up() -> None:
    text = "![" * (AT_ONCE_CHARACTERS_MAX * 8)
    making, others = asyncio.create_task(html_of(text)), 0
    while not making.done():
        await asyncio.sleep(0)
        others += 1
    assert others > 10
    assert await making == to_html(text)


@pytest.mark.anyio
async def test_an_empty_text_is_empty_html() -> None:
    assert await html_of("") == ""


@pytest.mark.anyio
async def test_of_very_many_long_texts_at_once_some_are_refused_and_then_none() -> None:
    texts = [f"{number} " + "x" * AT_ONCE_CHARACTERS_MAX for number in range(2 * WAITING_MAX)]
    made = await asyncio.gather(*map(html_of, texts), return_exceptions=True)
    refused = [isinstance(each, TooManyWait) for each in made]
    assert refused == [False] * WAITING_MAX + [True] * WAITING_MAX
    assert made[:WAITING_MAX] == [to_html(text) for text in texts[:WAITING_MAX]]
    assert await html_of(texts[-1]) == to_html(texts[-1])
