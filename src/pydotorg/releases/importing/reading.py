"""The rows of a python.org's download API, read over HTTP: patiently, up to a limit, and each row by itself."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import TypeAlias

import httpx
import msgspec
from msgspec import Struct

from pydotorg import __version__
from pydotorg.kernel import clock
from pydotorg.releases.importing.forms import Broken, Columns, Row, columns_of, shown

Progress: TypeAlias = Callable[[int, int], None]
Tell: TypeAlias = Callable[[str], None]

REDIRECTS_MAX = 5
PORT_MAX = 65_535
SHARES = 1000


class CannotRead(Exception):
    """Why the service cannot be read; its text is one sentence."""


class Patience(Struct, frozen=True):
    """How long and how often to try; the pause doubles, unless the service names a longer one."""

    tries_max: int = 5
    try_seconds_max: float = 60
    pause_seconds: float = 1
    pause_seconds_max: float = 120
    body_bytes_max: int = 32 * 1024 * 1024


PATIENCE = Patience()


class Reading(Struct):
    """The rows of one resource: what each says, in the order of their numbers, and what is wrong with the others."""

    rows: list[Columns] = []
    skipped: list[tuple[str, str]] = []


class _Again(Exception):
    """A trouble that may pass, and for how long the service asks to be left alone."""

    def __init__(self, trouble: str, pause_seconds: float = 0) -> None:
        super().__init__(trouble)
        self.pause_seconds = pause_seconds


class Service:
    """A running python.org, or what answers like it.

    Whoever names its address may name any host, one of his own network too; from there on no other host is asked.
    """

    def __init__(self, base: str, patience: Patience, progress: Progress, tell: Tell) -> None:
        self.base, self.patience, self.progress, self.tell = base, patience, progress, tell

    async def read(self, *forms: type[Row]) -> list[Reading]:
        """The rows of all these resources."""
        readings = []
        # `_fetch` times each try as a whole, whatever it waits for
        async with httpx.AsyncClient(timeout=None, headers={"User-Agent": f"pydotorg/{__version__}"}) as client:  # noqa: S113
            for place, form in enumerate(forms):
                url = f"{self.base}/api/v2/downloads/{form.resource}/"
                body = await self._fetch(client, httpx.URL(url), partial(self._advance, len(forms), place))
                readings.append(_reading(url, body, form))
        return readings

    def _advance(self, places: int, place: int, share: float) -> None:
        self.progress(int(SHARES * (place + share)), SHARES * places)

    async def _fetch(self, client: httpx.AsyncClient, url: httpx.URL, advance: Callable[[float], None]) -> bytes:
        tries = 0
        while True:
            tries += 1
            try:
                async with asyncio.timeout(self.patience.try_seconds_max):
                    return await self._get(client, url, advance)
            except TimeoutError:
                trouble = _Again(f"did not finish within {self.patience.try_seconds_max:g} s")
            except (httpx.RequestError, UnicodeError) as error:  # a redirect may lead to what is no host name
                trouble = _Again(f"could not be read ({str(error).removesuffix('.') or type(error).__name__})")
            except _Again as again:
                trouble = again
            if tries == self.patience.tries_max:
                raise CannotRead(f"{url} {trouble}, at the last of {tries} tries; try again later.")
            pause = max(self.patience.pause_seconds * 2 ** (tries - 1), trouble.pause_seconds)
            pause = min(pause, self.patience.pause_seconds_max)
            self.tell(f"{url} {trouble}; trying again in {pause:.0f} s.")
            await asyncio.sleep(pause)

    async def _get(self, client: httpx.AsyncClient, url: httpx.URL, advance: Callable[[float], None]) -> bytes:
        for _ in range(REDIRECTS_MAX):
            async with client.stream("GET", url, headers={"Accept": "application/json"}) as answer:
                if answer.has_redirect_location:
                    url = _target(answer)
                    continue
                _check_status(answer)
                return await self._body(answer, advance)
        raise CannotRead(f"{url} redirects more than {REDIRECTS_MAX} times.")

    async def _body(self, answer: httpx.Response, advance: Callable[[float], None]) -> bytes:
        body = bytearray()
        announced = int(answer.headers.get("content-length", 0))
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > self.patience.body_bytes_max:
                raise CannotRead(f"{answer.url} answers more than {self.patience.body_bytes_max:,} bytes.")
            if announced:  # counts what was sent, compressed
                advance(min(answer.num_bytes_downloaded / announced, 1))
        return bytes(body)


def base_of(address: str) -> str:
    """The base of a service's addresses."""
    with suppress(httpx.InvalidURL, UnicodeError):
        url = httpx.URL(address.strip())
        more = url.userinfo or url.query or url.fragment
        if url.scheme in ("http", "https") and url.host and (url.port or 0) <= PORT_MAX and not more:
            return str(url.copy_with(query=None, fragment=None)).rstrip("/")
    raise CannotRead("--from must be an http or https address without user name and query: https://www.python.org.")


def _target(answer: httpx.Response) -> httpx.URL:
    """Where a redirect leads, on the same host: to the same port, or to https."""
    url = answer.url
    target = url.join(answer.headers["location"])
    if target.host != url.host or (target.scheme, target.port) not in {(url.scheme, url.port), ("https", None)}:
        raise CannotRead(f"{url} redirects to another host, {shown(str(target))}; name that one if you trust it.")
    return target


def _check_status(answer: httpx.Response) -> None:
    status = f"answered {answer.status_code} {answer.reason_phrase}".strip()
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.is_server_error:
        raise _Again(status, pause_of(answer.headers.get("retry-after", ""), clock.now()))
    if answer.status_code != HTTPStatus.OK:
        raise CannotRead(f"{answer.url} {status}; is it the address of a python.org?")


def pause_of(retry_after: str, now: datetime) -> float:
    """The seconds that a `Retry-After` asks for: a number, or a date; 0 for what is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):  # no date; a date without a zone
        return 0


def _reading(url: str, body: bytes, form: type[Row]) -> Reading:
    try:
        raws = msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        beginning = shown(body[:60].decode(errors="replace"))
        raise CannotRead(f"{url} did not answer with a JSON array, but with {beginning}.") from error
    rows: dict[int, Columns] = {}
    reading = Reading()
    for place, raw in enumerate(raws, 1):
        try:
            columns = columns_of(raw, form)
            fault = "" if rows.setdefault(columns["number"], columns) is columns else "its number came before"
        except Broken as error:
            fault = str(error)
        if fault:
            reading.skipped.append((f"row {place} of {len(raws)}{_address(raw)}", fault))
    reading.rows = [rows[number] for number in sorted(rows)]
    if raws and not rows:
        raise CannotRead(f"{url} answers nothing that could be used; its first row: {reading.skipped[0][1]}.")
    return reading


def _address(raw: msgspec.Raw) -> str:
    """How the row calls itself, if it does."""
    try:
        row = msgspec.json.decode(raw)
        return f" ({shown(row['resource_uri'])})"
    except (ValueError, TypeError, LookupError):
        return ""
