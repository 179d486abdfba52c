"""What makes a text look like spam: its links, as a reader would see them."""

import asyncio
import html
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import idna

from .columns import SUSPICION_CHARACTERS_MAX

LINKS_MAX = 3
LOOKED_AT_MAX = 1000
#: RFC 1035 2.3.4, with room for what nobody sees
HOST_CHARACTERS_MAX = 1000
#: of a listed host at most
LABELS_MAX = 10
#: this much takes about a millisecond
AT_ONCE_CHARACTERS_MAX = 20_000
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
TARGET = re.compile(r'^<(?:a|img)\b.*?\s(?:href|src)="([^"]*)"', re.DOTALL)
ANCHOR = re.compile(r"<a\b.*?</a>", re.DOTALL)
ADDRESS = re.compile(r"(?i)(?:https?://|(?<![\w@.-])www\.)[^\s<>\"')\]]+")
#: with as many slashes as somebody likes: browsers do not count them (WHATWG URL, "special authority slashes state")
BEFORE_HOST = re.compile(r"(?i)^(?:https?:)?[/\\]*")


class Links(NamedTuple):
    """Where texts lead: how many links there are, and which of the listed hosts they lead to."""

    number: int = 0
    listed: frozenset[str] = frozenset()

    @property
    def suspicion(self) -> str:
        """Why the texts may be spam; empty if nothing says so."""
        reasons = [f"{self.number} links"] if self.number > LINKS_MAX else []
        reasons += [f"a link to {host}" for host in sorted(self.listed)[:LINKS_MAX]]
        return ", ".join(reasons)[:SUSPICION_CHARACTERS_MAX]

    def is_worse_than(self, before: "Links") -> bool:
        """Whether they have come to look like spam, or more so."""
        return bool(self.listed - before.listed) or self.number > max(before.number, LINKS_MAX)


async def links_of(markup: Iterable[str], hosts: Collection[str]) -> Links:
    """The links of texts, as HTML; long ones are looked through beside the event loop."""
    texts = [*markup]
    if sum(map(len, texts)) <= AT_ONCE_CHARACTERS_MAX:
        return found_in(texts, hosts)
    return await asyncio.to_thread(found_in, texts, hosts)


def found_in(markup: Iterable[str], hosts: Collection[str]) -> Links:
    """The same, at once."""
    links = [link for text in markup for link in links_in(text)]
    # with so many links, it does not matter any more where they all lead
    listed = {host for host in map(host_of, links[:LOOKED_AT_MAX]) if is_listed(host, hosts)}
    return Links(len(links), frozenset(listed))


def links_in(markup: str) -> list[str]:
    """Where a text leads: by its links and images, and by addresses that stand in it as text."""
    targets = [html.unescape(found[1]) for tag in TAG.findall(markup) if (found := TARGET.match(tag))]
    prose = html.unescape(TAG.sub("", ANCHOR.sub(" ", markup)))
    return targets + ADDRESS.findall(prose)


def host_of(link: str) -> str:
    """The host of an address, in lower case; empty where it has none."""
    try:
        host = urlsplit(BEFORE_HOST.sub("//", link)).hostname or ""
        # as browsers read it (WHATWG URL, "host parsing"; UTS 46): percent-decoded, without what nobody sees
        return idna.uts46_remap(unquote(host)[:HOST_CHARACTERS_MAX], std3_rules=False).lower().rstrip(".")
    except (ValueError, idna.IDNAError):
        return ""


def is_listed(host: str, hosts: Collection[str]) -> bool:
    """Whether this host, or one that it is part of, is on the list."""
    parts = host.split(".")[-LABELS_MAX:]
    return any(".".join(parts[start:]) in hosts for start in range(len(parts)))
