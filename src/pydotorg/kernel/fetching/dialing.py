"""Connections to public addresses only: a name is resolved once, and what was checked is what is connected to.

So a name server that says something else the second time is not asked a second time. TLS and `Host` are none the wiser:
they have the name.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Self

from httpcore import SOCKET_OPTION, AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from .public import IPAddress, is_loopback, is_public
from .refusals import not_public

CONNECT_SECONDS_MAX = 2.5  # to one address, so that there is time for another
TRIES_MAX = 4

#: the network addresses of a host, as texts
Resolve = Callable[[str], Awaitable[Sequence[str]]]


async def resolve(host: str) -> list[str]:
    """Those that this machine finds; none if there is no such name."""
    with suppress(OSError, UnicodeError):  # a text that cannot be a name at all
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return [str(each[4][0]) for each in found]
    return []


class Dialer(AsyncNetworkBackend):
    """How httpcore gets a connection here, which ends with the `async with` of its dialer."""

    def __init__(self, resolve: Resolve, *, loopback: bool) -> None:
        self.resolve, self.loopback = resolve, loopback
        self.network = AnyIOBackend()
        self.stream: AsyncNetworkStream | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        if self.stream is not None:  # httpcore forgets it if time runs out amid the first words of TLS
            await self.stream.aclose()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,  # noqa: ASYNC109
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:  # fmt: skip
        """A connection to the first address that takes it; raises `CannotFetch` if one of the host's is not public."""
        del timeout, local_address, socket_options  # the fetch has one deadline for all, and no wishes
        *others, last = self._checked(host, await self.resolve(host))[:TRIES_MAX]
        for address in others:
            with suppress(ConnectError, ConnectTimeout):
                return await self._connect(address, port)
        return await self._connect(last, port)

    async def _connect(self, address: IPAddress, port: int) -> AsyncNetworkStream:
        self.stream = await self.network.connect_tcp(str(address), port, CONNECT_SECONDS_MAX)
        return self.stream

    def _checked(self, host: str, found: Sequence[str]) -> list[IPAddress]:
        addresses = [ip_address(text) for text in dict.fromkeys(found)]
        if not addresses or not all(map(self._may_be_asked, addresses)):
            raise not_public(host)
        return alternating(addresses)

    def _may_be_asked(self, address: IPAddress) -> bool:
        return is_public(address) or (self.loopback and is_loopback(address))


def alternating(addresses: Sequence[IPAddress]) -> list[IPAddress]:
    """The families in turn, that of the first at first: a whole family may be out of reach."""
    first = [address for address in addresses if address.version == addresses[0].version]
    second = [address for address in addresses if address.version != addresses[0].version]
    return [address for address in chain.from_iterable(zip_longest(first, second)) if address is not None]
