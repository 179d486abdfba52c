"""The API of a server, as far as publishing asks it; every trouble is a `CannotPublish`."""

import re
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from types import TracebackType
from typing import Final, Self, TypeVar

import httpx
import msgspec
from msgspec import structs

from pydotorg import __version__

from .answers import Difference, OperatingSystem, StoredRelease
from .errors import CannotPublish, printable
from .plan import Body, Entry
from .refusals import reasons, stranger

T = TypeVar("T")

API: Final = "/api/v1"
PATIENCE: Final = httpx.Timeout(60, connect=10)
PORT_MAX: Final = 65_535
#: how often the same may be made and deleted in the day for which a server remembers what it answered
REPEATED_MAX: Final = 20
#: while somebody thinks about a plan, a server may close a connection that it has not been asked on
ONE_REQUEST_EACH: Final = httpx.Limits(max_keepalive_connections=0)


class Service:
    """A server, asked with a token, which travels to no other host: no redirect is followed."""

    def __init__(self, address: str, token: str) -> None:
        self.base = base_of(address)
        headers = {
            "Authorization": f"Bearer {checked(token)}", "Content-Type": "application/json",
            "User-Agent": f"pydotorg/{__version__}",
        }  # fmt: skip
        self.client = httpx.Client(
            base_url=self.base + API, headers=headers, timeout=PATIENCE, limits=ONE_REQUEST_EACH,
            trust_env=self.base.startswith("https:"),  # a proxy of the environment must not read the token
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()

    def release(self, identifier: str) -> StoredRelease | None:
        """A release as it is now; None if there is none that this token may see."""
        answer = self._ask("GET", f"/releases/{identifier}", may_be_missing=True)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return structs.replace(self._decoded(answer, StoredRelease), tag=answer.headers.get("etag", ""))

    def demand_release_manager(self) -> None:
        """Ask for what release managers alone may see."""
        self._ask("GET", "/releases?is_published=false&limit=1")

    def systems(self) -> list[OperatingSystem]:
        """What files can be for."""
        return self._decoded(self._ask("GET", "/os?limit=1000"), list[OperatingSystem])

    def create(self, body: Body, entries: list[Entry]) -> StoredRelease:
        """Make a release with its files. Sent twice, the same body makes it once."""
        raw = msgspec.json.encode(body)
        key = sha256(raw).hexdigest()
        for _ in range(REPEATED_MAX):
            answer = self._ask("POST", "/releases", raw, entries, {"Idempotency-Key": key})
            made = self._decoded(answer, StoredRelease)
            if self.release(made.id):
                return made
            # it was told of one that has been made like this before, and deleted
            key = sha256(f"{key} {made.id}".encode()).hexdigest()
        raise CannotPublish(f"{self.base} says that the release is made, and does not have it.")

    def replace(self, release: StoredRelease, body: Body, entries: list[Entry], *, dry_run: bool) -> Difference:
        """Give a release these files and no others, if it is still what it was."""
        path = f"/releases/{release.id}/files" + ("?dry_run=true" if dry_run else "")
        answer = self._ask("PUT", path, msgspec.json.encode(body), entries, {"If-Match": release.tag})
        return self._decoded(answer, Difference)

    def _ask(
        self, method: str, path: str, raw: bytes | None = None, entries: list[Entry] | None = None,
        headers: dict[str, str] | None = None, *, may_be_missing: bool = False,
    ) -> httpx.Response:  # fmt: skip
        try:
            answer = self.client.request(method, path, content=raw, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise CannotPublish(f"{self.base} cannot be reached ({_cause(error)}); does it run there?") from error
        except httpx.HTTPError as error:
            unclear = "" if raw is None else " Whether it is published is not known;"
            again = "run the command again: what is written once is not written twice."
            raise CannotPublish(f"{self.base} did not answer ({_cause(error)}).{unclear} {again}") from error
        missing = may_be_missing and answer.status_code == httpx.codes.NOT_FOUND
        if answer.is_success or (missing and not stranger(answer)):
            return answer
        raise CannotPublish(*reasons(answer, self.base, [entry.filename for entry in entries or ()]))

    def _decoded(self, answer: httpx.Response, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CannotPublish(f"{self.base} does not answer as a pydotorg does; is --server right?") from error


def base_of(address: str) -> str:
    """The base of a server's addresses; a token is sent in the clear to this machine only."""
    with suppress(httpx.InvalidURL, UnicodeError):
        url = httpx.URL(address.strip())
        more = url.userinfo or url.query or url.fragment
        if url.scheme in ("http", "https") and url.host and (url.port or 0) <= PORT_MAX and not more:
            if url.scheme == "http" and not _is_here(url.host):
                raise CannotPublish(
                    f"--server must be an https address, or the token could be read: https://{url.host}."
                )
            return str(url.copy_with(query=None, fragment=None)).rstrip("/").removesuffix(API)
    raise CannotPublish("--server must be an https address without user name and query: https://www.example.org.")


def checked(token: str) -> str:
    """The token, if it can be one."""
    if not token:
        raise CannotPublish(
            "PYDOTORG_TOKEN is not set; `pydotorg tokens create USER --name publish --scope releases:write` makes one."
        )
    if not re.fullmatch("[!-~]+", token):
        raise CannotPublish("PYDOTORG_TOKEN is no token: it must be one word.")
    return token


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def _cause(error: Exception) -> str:
    return printable(str(error)).removesuffix(".") or type(error).__name__
