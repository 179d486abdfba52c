"""Where a request comes from: the address under which it is counted, unless an account is.

A forwarded address counts only when a trusted proxy says it. Such a proxy appends the address that it sees, so the
headers are read from the right, and only as far as trusted proxies wrote them: what a client puts in front is not read.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeVar

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Known = TypeVar("Known")
Answer = TypeVar("Answer")

LOCAL = "local"  # who comes by a Unix socket
REMEMBERED_MAX = 10_000
REMEMBERED_BYTES_MAX = 256  # of forwarding headers: longer ones are no proxy's, and would fill the memory
HOST_BITS = 64  # of an IPv6 address; the others are the network's, which one customer has for himself

#: an address, perhaps with a port: 192.0.2.1:80, [2001:db8::1]:80, and the bare 2001:db8::1 that some proxies write
NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[\w.-]+)?|([0-9.]+)(?::[\w.-]+)?|([0-9A-Fa-f:.]+)", re.ASCII)
#: `for=192.0.2.1` and what else stands in an element (RFC 7239 4); some proxies leave out the quotes
PAIR = re.compile(r'\s*([\w-]+)=("(?:[^"\\]|\\.)*"|[^\s",;=\\]*)\s*(?:;|$)', re.ASCII)


class Callers:
    """Tells callers apart. Who is asked again is remembered, because every request asks."""

    __slots__ = ("forwarded_keys", "keys", "proxies", "trusted")

    def __init__(self, proxies: tuple[Network, ...]) -> None:
        self.proxies = proxies
        self.trusted: dict[str | None, bool] = {}
        self.keys: dict[str | None, str] = {}  # of peers that are no proxies
        self.forwarded_keys: dict[tuple[str | None, bytes, bytes], str] = {}

    def address(self, peer: str | None, forwarded_for: bytes, forwarded: bytes) -> str:
        """The key of a request without an account; the headers as they came, or empty."""
        key = self.keys.get(peer) or self.forwarded_keys.get((peer, forwarded_for, forwarded))
        if key is not None:
            return key
        address = read(peer or "")
        if address is None:
            return remember(self.keys, peer, peer or LOCAL)
        if not self._trusts(address):
            return remember(self.keys, peer, key_of(address))
        key = key_of(self._client_of(address, forwarded_for, forwarded))
        if len(forwarded_for) + len(forwarded) <= REMEMBERED_BYTES_MAX:
            remember(self.forwarded_keys, (peer, forwarded_for, forwarded), key)
        return key

    def is_proxy(self, peer: str | None) -> bool:
        """Whether what this peer says about addresses is believed."""
        known = self.trusted.get(peer)
        if known is not None:
            return known
        address = read(peer or "")
        return remember(self.trusted, peer, address is not None and self._trusts(address))

    def _client_of(self, proxy: Address, forwarded_for: bytes, forwarded: bytes) -> Address:
        clients = set()
        if forwarded_for:
            clients.add(self._walk(proxy, nodes_of_list(forwarded_for)))
        if forwarded:
            clients.add(self._walk(proxy, nodes_of_elements(forwarded)))
        # A proxy that sets one of the headers passes on a forged other one; which of them it sets, nobody told us.
        return clients.pop() if len(clients) == 1 else proxy

    def _walk(self, proxy: Address, nodes: Iterator[str]) -> Address:
        """The first who is no proxy; or the last proxy, where nodes end or cannot be read."""
        client = proxy
        for node in nodes:
            address = read(node)
            if address is None:
                break
            client = address
            if not self._trusts(address):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.proxies)


def nodes_of_list(forwarded_for: bytes) -> Iterator[str]:
    """The addresses in X-Forwarded-For, from the right."""
    for node in reversed(forwarded_for.decode("latin-1").split(",")):
        if node.strip():  # empty elements do not count (RFC 9110 5.6.1.2)
            yield node.strip()


def nodes_of_elements(forwarded: bytes) -> Iterator[str]:
    """What stands after `for=` in Forwarded, from the right; nothing where it cannot be read.

    It is split without regard to quotes, so that one which a client leaves open does not swallow what a proxy appends.
    A comma in quotes splits a quoted text, and neither part of it can be read.
    """
    for element in reversed(forwarded.decode("latin-1").split(",")):
        if element.strip():
            yield node_of_element(element)


def node_of_element(element: str) -> str:
    nodes, end = [], 0
    while end < len(element):
        pair = PAIR.match(element, end)
        if pair is None:
            return ""
        if pair[1].lower() == "for":
            nodes.append(pair[2].strip('"'))
        end = pair.end()
    return nodes[0] if len(nodes) == 1 else ""


def read(node: str) -> Address | None:
    """The address, as IPv4 if it is one in the clothes of IPv6; None for a name, `unknown`, or anything else."""
    match = NODE.fullmatch(node.partition("%")[0])
    if match is None:
        return None
    try:
        address = ip_address(match[1] or match[2] or match[3])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def key_of(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return f"{IPv6Address(int(address) >> HOST_BITS << HOST_BITS)}/{HOST_BITS}"
    return str(address)


def remember(answers: dict[Known, Answer], question: Known, answer: Answer) -> Answer:
    """Keep an answer, and forget all others if there are too many."""
    if len(answers) >= REMEMBERED_MAX:
        answers.clear()
    answers[question] = answer
    return answer
