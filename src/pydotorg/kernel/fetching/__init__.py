"""The only way out: what the service fetches from addresses that people give, such as calendars and feeds.

Whoever gives an address may mean harm: to have us ask a host that only we can reach, or to keep us busy. So only http
and https are spoken, only to public addresses (`dialing.py`), and what comes has limits of size and time.
"""

import asyncio
import ssl
from email.message import Message
from http import HTTPStatus

import httpcore
import httpx
from msgspec import Struct

from pydotorg import __version__

from .bodies import ACCEPTED, body_of
from .dialing import Dialer, Resolve, resolve
from .refusals import CannotFetch, answered, broken

__all__ = ["CannotFetch", "Fetched", "Fetcher"]

WHOLE_SECONDS_MAX = 10
REDIRECTS_MAX = 5
ADDRESS_CHARACTERS_MAX = 2000
VALIDATOR_CHARACTERS_MAX = 500
PORTS = {"http": 80, "https": 443}
#: below it are services that are not asked by HTTP, such as mail
FREE_PORT_MIN, PORT_MAX = 1024, 65_535
MOVED = frozenset({301, 302, 303, 307, 308})
Headers = list[tuple[bytes, bytes]]


class Fetched(Struct, frozen=True, kw_only=True):
    """What came. `unchanged`: it is what it was, and there is no body."""

    #: where it was found, after redirects
    address: str
    unchanged: bool = False
    body: bytes = b""
    #: lower case, without parameters; empty if the server says none
    content_type: str = ""
    #: as the server names it, so it may be a name that nobody knows; empty if it names none
    charset: str = ""
    #: to be given back at the next fetch of the same; empty if there are none
    etag: str = ""
    last_modified: str = ""


class Fetcher:
    """Fetches from public addresses, and with `loopback`, for tests, from this machine too.

    It keeps no cookies and no connections, and takes nothing from the environment but the authorities of
    `SSL_CERT_FILE`: no proxy, no password.
    """

    def __init__(self, *, loopback: bool, resolve: Resolve = resolve, seconds_max: float = WHOLE_SECONDS_MAX) -> None:
        self.loopback, self.resolve, self.seconds_max = loopback, resolve, seconds_max
        self.trust: ssl.SSLContext | None = None

    async def fetch(self, address: str, *, accept: str = "*/*", etag: str = "", last_modified: str = "") -> Fetched:
        """What is at an address, or that it is still what had this `etag` and `last_modified`; raises `CannotFetch`."""
        known = Fetched(address=address, etag=etag, last_modified=last_modified)
        try:
            place = place_of(address)
        except ValueError as error:
            raise CannotFetch(f"Nothing can be fetched: {error}.") from error
        try:
            async with asyncio.timeout(self.seconds_max):
                return await self._follow(place, headers_of(accept, known), known)
        except TimeoutError as error:
            raise CannotFetch(f"{host_of(place)} did not finish within {self.seconds_max:g} seconds.") from error

    async def _follow(self, place: httpx.URL, headers: Headers, known: Fetched) -> Fetched:
        first = place
        for _ in range(1 + REDIRECTS_MAX):
            found = await self._ask(place, headers, known)
            if isinstance(found, Fetched):
                return found
            place = found
        raise CannotFetch(f"{host_of(first)} redirects more than {REDIRECTS_MAX} times.")

    async def _ask(self, place: httpx.URL, headers: Headers, known: Fetched) -> Fetched | httpx.URL:
        """What is there, or where it is."""
        if self.trust is None and place.scheme == "https":  # reading all the authorities takes a while
            self.trust = await asyncio.to_thread(httpx.create_ssl_context)
        url = httpcore.URL(scheme=place.raw_scheme, host=place.raw_host, port=place.port, target=place.raw_path)
        request = httpcore.Request("GET", url, headers=[(b"Host", place.netloc), *headers])
        try:
            async with (
                Dialer(self.resolve, loopback=self.loopback) as dialer,
                httpcore.AsyncHTTPConnection(url.origin, self.trust, network_backend=dialer) as connection,
            ):
                return await read(await connection.handle_async_request(request), place, known)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as error:
            raise broken(error, host_of(place), url.origin.port) from error


def place_of(address: str) -> httpx.URL:
    """The address in its parts; a ValueError that says how it must be."""
    try:
        place = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        place = httpx.URL()
    if place.scheme not in PORTS or not place.raw_host or place.userinfo or len(address) > ADDRESS_CHARACTERS_MAX:
        raise ValueError(
            "an address must begin with http:// or https:// and a host, without a user name, and have at most "
            f"{ADDRESS_CHARACTERS_MAX} characters"
        )
    if place.port not in {None, *PORTS.values()} and not FREE_PORT_MIN <= (place.port or 0) <= PORT_MAX:
        raise ValueError(f"the port must be 80, 443 or one from {FREE_PORT_MIN} to {PORT_MAX}")
    return place


def host_of(place: httpx.URL) -> str:
    """Its name in ASCII, as name servers know it."""
    return place.raw_host.decode("ascii")


def headers_of(accept: str, known: Fetched) -> Headers:
    """Who asks, for what; nothing else about us."""
    said = {
        "User-Agent": f"pydotorg/{__version__}",
        "Accept": accept,
        "Accept-Encoding": ACCEPTED,
        "Connection": "close",
        "If-None-Match": known.etag,
        "If-Modified-Since": known.last_modified,
    }
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in said.items() if value]


async def read(answer: httpcore.Response, place: httpx.URL, known: Fetched) -> Fetched | httpx.URL:
    """What an answer brings, or where it leads."""
    headers, host = httpx.Headers(answer.headers), host_of(place)
    etag, last_modified = validator(headers, "etag"), validator(headers, "last-modified")
    if answer.status == HTTPStatus.NOT_MODIFIED and (known.etag or known.last_modified):
        etag, last_modified = etag or known.etag, last_modified or known.last_modified
        return Fetched(address=str(place), unchanged=True, etag=etag, last_modified=last_modified)
    if answer.status in MOVED and "location" in headers:
        return redirected(place, headers["location"])
    if answer.status != HTTPStatus.OK:
        raise answered(answer.status, host)
    body = await body_of(answer, headers.get_list("content-encoding", split_commas=True), host)
    content_type, charset = content_type_of(headers)
    return Fetched(
        address=str(place), body=body, content_type=content_type, charset=charset, etag=etag,
        last_modified=last_modified,
    )  # fmt: skip


def redirected(place: httpx.URL, location: str) -> httpx.URL:
    """Where it leads, which is looked at like any address that somebody gives."""
    try:
        target = place_of(str(place.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise CannotFetch(f"{host_of(place)} redirects to where nothing can be fetched: {error}.") from error
    if place.scheme == "https" and target.scheme == "http":
        raise CannotFetch(f"{host_of(place)} redirects from https to http, where others could change what it says.")
    return target


def validator(headers: httpx.Headers, name: str) -> str:
    """As it came, if it is worth to be kept and sent back."""
    value = headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= VALIDATOR_CHARACTERS_MAX else ""


def content_type_of(headers: httpx.Headers) -> tuple[str, str]:
    """Media type and charset."""
    if "content-type" not in headers:
        return "", ""
    message = Message()
    message["Content-Type"] = headers["content-type"]
    return message.get_content_type(), message.get_content_charset("")
