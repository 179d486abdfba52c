"""What makes a text look like spam, by itself: its links, counted as a reader would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydotorg.kernel.review.suspicion import host_of, is_listed, links_in, links_of
from pydotorg.kernel.text.markdown import to_html

HOSTS = frozenset({"bit.ly", "spam.example"})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0), ("No link. At all.", 0), ("https://", 0), ("www.", 0), ("ada@www.example.org", 0),
        ("[https://a.example](https://b.example)", 1), ("<https://a.example> https://b.example", 2),
        ("https://a.example,https://b.example", 1), ("https://a.example\nhttps://b.example", 2),
        ("[a](https://a.example '<b> href=\"https://c.example\"')", 1), ("[a](/there) [b](#x)", 0),
        ("[a][x] [b][x] [c][x]\n\n[x]: https://a.example", 3), ("![a](https://a.example) ![b](https://b.example)", 2),
        ("```\nhttps://a.example\n```", 1), ("\\<https://a.example>", 1),
    ],
)  # fmt: skip
def test_links_are_counted_as_a_reader_counts_them(text: str, number: int) -> None:
    assert len(links_in(to_html(text))) == number


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://Bit.LY/x", "bit.ly"), ("www.bit.ly", "www.bit.ly"), ("http://a:b@bit.ly:80", "bit.ly"),
        ("http:bit.ly", "bit.ly"), ("https:////bit.ly", "bit.ly"), ("https:\\\\bit.ly", "bit.ly"),
        ("https://b%69t.ly/", "bit.ly"), ("https://ｂｉｔ。ｌｙ", "bit.ly"), ("https://bit%2Ely", "bit.ly"),
        ("https://bit.ly./", "bit.ly"), ("mailto:ada@bit.ly", "bit.ly"), ("http://[::1]/", "::1"), ("http://[", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_host_of_a_link_is_where_a_browser_goes(link: str, host: str) -> None:
    assert host_of(link) == host


def test_a_listed_host_stands_for_those_below_it() -> None:
    assert all(is_listed(host, HOSTS) for host in ("bit.ly", "a.bit.ly", "a.b.spam.example"))
    assert not any(is_listed(host, HOSTS) for host in ("ly", "", "rabbit.ly", "bit.ly.example", "example"))


@pytest.mark.anyio
async def test_a_reason_has_room_however_much_there_is_to_say() -> None:
    long = [f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.{place}.bit.ly" for place in range(2000)]
    reason = (await links_of([" ".join(long)], HOSTS)).suspicion
    assert reason.startswith("2000 links, a link to aaa")
    assert len(reason) <= 500


@pytest.mark.anyio
async def test_very_long_hosts_are_looked_at_as_far_as_hosts_go() -> None:
    links = await links_of(["www." * 25_000] * 3, HOSTS)
    assert (links.number, links.listed) == (3, frozenset())
    assert not is_listed("www." * 25_000, HOSTS)


@given(st.text(st.sampled_from("<>a[]()!\"'&;:/.\\`*_ \nhttpswww.bit.ly"), max_size=200))
def test_any_text_has_some_number_of_links(text: str) -> None:
    assert all(is_listed(host_of(link), HOSTS) in (True, False) for link in links_in(to_html(text)))
