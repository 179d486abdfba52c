"""What makes a text look like spam: its links, as a reader would see them."""

import asyncio
import html
import re
from collections.abc import Collection, Iterable
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

LINKS_MAX = 3
#: this much takes about a millisecond
AT_ONCE_CHARACTERS_MAX = 20_000
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
TARGET = re.compile(r'^<(?:a|img)\b.*?\s(?:href|src)="([^"]*)"', re.DOTALL)
ANCHOR = re.compile(r"<a\b.*?</a>", re.DOTALL)
ADDRESS = re.compile(r"(?i)(?:https?://|(?<![\w@.-])www\.)[^\s<>\"')\]]+")
#: with as many slashes as somebody likes: browsers do not count them (WHATWG URL, "special authority slashes state")
BEFORE_HOST = re.compile(r"(?i)^(?:https?:)?[/\\]*")


async def suspicion(markup: Iterable[str], hosts: Collection[str]) -> str:
    """Why texts, as HTML, may be spam: more than three links, or one to a listed host; empty if nothing says so.

    Long ones are looked through beside the event loop.
    """
    texts = [*markup]
    if sum(map(len, texts)) <= AT_ONCE_CHARACTERS_MAX:
        return suspicion_of(texts, hosts)
    return await asyncio.to_thread(suspicion_of, texts, hosts)


def suspicion_of(markup: Iterable[str], hosts: Collection[str]) -> str:
    """The same, at once."""
    links = [link for text in markup for link in links_in(text)]
    listed = sorted({host for host in map(host_of, links) if is_listed(host, hosts)})
    reasons = [f"{len(links)} links"] if len(links) > LINKS_MAX else []
    reasons += [f"a link to {host}" for host in listed[:LINKS_MAX]]
    return ", ".join(reasons)[:500]


def links_in(markup: str) -> list[str]:
    """Where a text leads: by its links and images, and by addresses that stand in it as text."""
    targets = [html.unescape(found[1]) for tag in TAG.findall(markup) if (found := TARGET.match(tag))]
    prose = html.unescape(TAG.sub("", ANCHOR.sub(" ", markup)))
    return targets + ADDRESS.findall(prose)


def host_of(link: str) -> str:
    """The host of an address, in lower case; empty where it has none."""
    try:
        host = urlsplit(BEFORE_HOST.sub("//", link)).hostname or ""
        # as browsers read it (WHATWG URL, "host parsing"; UTS 46): percent-decoded, in its compatible form
        return normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().rstrip(".")
    except ValueError:
        return ""


def is_listed(host: str, hosts: Collection[str]) -> bool:
    """Whether this host, or one that it is part of, is on the list."""
    parts = host.split(".")
    return any(".".join(parts[start:]) in hosts for start in range(len(parts)))
