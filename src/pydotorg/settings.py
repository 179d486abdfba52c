"""Every `PYDOTORG_*` setting: its form and its default; all checked when a command starts.

Settings come from the environment, and from a `.env` file in the working directory, which the environment overrules.
A setting is a field of `Settings` that says how its text is read. `SETTINGS` is the list of them: the table in
`docs/operating/settings.md`, which has their meaning, is compared with it by a test.
"""

from __future__ import annotations  # what a field names stands below it

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from dotenv import dotenv_values
from msgspec import Struct

PREFIX = "PYDOTORG_"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SECRET_CHARACTERS_MIN = 32  # RFC 7518 3.2: a key for HS256 has at least 256 bits
JOB_DAYS_MAX = 3650
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Kubernetes puts these into every container beside a service named `pydotorg` or `pydotorg-…`
KUBERNETES_NAME = re.compile(
    r"PYDOTORG_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
KUBERNETES_PORT = re.compile(r"(tcp|udp|sctp)://")
#: read by one command each, not by the server
CREDENTIALS = frozenset({"PYDOTORG_TOKEN"})


class SettingsError(Exception):
    """A setting that cannot be used; its text is one sentence for the person who set it."""


class Settings(Struct, frozen=True, kw_only=True):
    """All settings, checked; a field `port` is the setting `PYDOTORG_PORT`."""

    host: Annotated[str, Setting(_host, "localhost")]
    port: Annotated[int, Setting(_integer(0, 65535), "8000")]
    public_url: Annotated[str | None, Setting(_public_url, None)]
    allowed_hosts: Annotated[tuple[str, ...], Setting(_hosts, ",".join(LOCAL_HOSTS))]
    database_url: Annotated[str, Setting(_database_url, "sqlite+aiosqlite:///pydotorg.db", secret=True)]
    redis_url: Annotated[str | None, Setting(_url("redis", "rediss", "unix"), None, secret=True)]
    workers: Annotated[int, Setting(_integer(1, 256), "1")]
    freshness: Annotated[str, Setting(_one_of("strict", "notify"), "strict")]
    stale_if_error: Annotated[int, Setting(_integer(0, 86_400), "300")]
    store: Annotated[bool, Setting(_boolean, "true")]
    fast_path: Annotated[bool, Setting(_boolean, "true")]
    rate_limit_enabled: Annotated[bool, Setting(_boolean, "true")]
    rate_limit_factor: Annotated[float, Setting(_factor, "1")]
    trusted_proxies: Annotated[tuple[Network, ...], Setting(_networks, "")]
    secret_key: Annotated[str | None, Setting(_secret, None, secret=True)]
    secret_key_previous: Annotated[str | None, Setting(_secret, None, secret=True)]
    smtp_url: Annotated[str | None, Setting(_url("smtp", "smtps"), None, secret=True)]
    mail_from: Annotated[str | None, Setting(_mailbox, None)]
    metrics_token: Annotated[str | None, Setting(_secret, None, secret=True)]
    log_level: Annotated[str, Setting(_one_of("debug", "info", "warning", "error"), "info")]
    log_format: Annotated[str | None, Setting(_one_of("console", "json"), None)]
    migrate: Annotated[str, Setting(_one_of("auto", "never"), "auto")]
    seed: Annotated[str, Setting(_one_of("auto", "never"), "auto")]
    tasks: Annotated[str, Setting(_one_of("inside", "worker"), "inside")]
    job_days: Annotated[int, Setting(_integer(1, JOB_DAYS_MAX), "90")]
    spam_hosts: Annotated[frozenset[str], Setting(_domains, "bit.ly,cutt.ly,is.gd,ow.ly,rb.gy,t.co,t.ly,tinyurl.com")]
    fetch_loopback: Annotated[bool, Setting(_boolean, "false")]

    @property
    def uses_postgres(self) -> bool:
        return self.database_url.startswith("postgresql")

    @property
    def hosts(self) -> frozenset[str]:
        """The `Host` values that are answered, lower case; one without a port stands for any port."""
        public = urlsplit(self.public_url or "").hostname
        bracketed = f"[{public}]" if public and ":" in public else public
        return frozenset(self.allowed_hosts) | ({bracketed} if bracketed else set())

    def check_for_serving(self) -> None:
        """What only a server needs, and what settings say against each other."""
        if self.uses_postgres:
            if self.public_url is None:
                raise SettingsError(
                    "PYDOTORG_PUBLIC_URL must be set with PostgreSQL, for example https://www.example.org."
                )
            if self.secret_key is None:
                raise SettingsError(
                    "PYDOTORG_SECRET_KEY must be set with PostgreSQL, to a random text of at least 32 characters."
                )
        elif self.freshness == "notify":
            raise SettingsError("PYDOTORG_FRESHNESS can be `notify` only with PostgreSQL; use `strict`.")
        if self.smtp_url and self.public_url is None:
            raise SettingsError(
                "PYDOTORG_PUBLIC_URL must be set with PYDOTORG_SMTP_URL: mailed links are built from it."
            )
        if self.smtp_url and self.mail_from is None:
            raise SettingsError("PYDOTORG_MAIL_FROM must be set with PYDOTORG_SMTP_URL.")


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,253}|\[[0-9A-Fa-f:.]+\]", value):
        raise ValueError("a host name or an address such as 0.0.0.0 or ::")
    return value.strip("[]")


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def _factor(value: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", value) or float(value) <= 0:
        raise ValueError("a number above 0 and below 1000000, such as 1 or 2.5")
    return float(value)


def _boolean(value: str) -> bool:
    return _one_of("true", "false")(value.lower()) == "true"


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError(" or ".join(f"`{choice}`" for choice in choices))
        return value

    return parse


NOTHING = SplitResult("", "", "", "", "")


def _parts(value: str) -> SplitResult:
    with suppress(ValueError):  # brackets that are no IPv6 address, a port that is no number
        parts = urlsplit(value)
        if parts.port != 0:
            return parts
    return NOTHING


def _public_url(value: str) -> str:
    parts = _parts(value)
    valid = parts.scheme in ("http", "https") and re.fullmatch(r"[A-Za-z0-9.:\[\]_-]+", parts.netloc)
    if not valid or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("an http or https address without a path, such as https://www.example.org")
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix({'http': ':80', 'https': ':443'}[parts.scheme])}"


def _hosts(value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in value.split(","))
    for host in hosts:
        form = re.fullmatch(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", host)
        if not form or _parts(f"//{host}") is NOTHING:
            raise ValueError("hosts separated by commas, each `example.org` (any port) or `example.org:8000`")
    return hosts


def _domains(value: str) -> frozenset[str]:
    names = {name.strip().lower().rstrip(".") for name in value.split(",")} - {""}
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", name) for name in names):
        raise ValueError("hosts separated by commas, such as bit.ly,tinyurl.com; each stands for those below it, too")
    return frozenset(names)


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in value.split(",") if value)
    except ValueError as error:
        raise ValueError(f"addresses or networks separated by commas, such as 10.0.0.0/8 ({error})") from error


def _database_url(value: str) -> str:
    scheme, separator, rest = value.partition("://")
    if separator and scheme in ("sqlite", "sqlite+aiosqlite"):
        if not re.fullmatch(r"/[^?#\x00]+", rest) or rest == "/:memory:":
            raise ValueError("a file for SQLite, such as sqlite:///pydotorg.db")
        return f"sqlite+aiosqlite://{rest}"
    if separator and scheme in ("postgresql", "postgres", "postgresql+asyncpg"):
        return _postgres_url(value, rest)
    raise ValueError("`sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`")


def _postgres_url(value: str, rest: str) -> str:
    parts = _parts(value)
    if not re.fullmatch(r"/[^/\s]+", parts.path) or parts.fragment:
        raise ValueError("`sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    encryption = options.pop("sslmode", "prefer")
    if encryption not in SSL_MODES or options.keys() - {"host"}:
        raise ValueError(f"without options but host and sslmode, which is one of {', '.join(SSL_MODES)}")
    query = urlencode({**options, "ssl": encryption} if "sslmode" in parts.query else options)
    return f"postgresql+asyncpg://{rest.partition('?')[0]}" + (f"?{query}" if query else "")


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        parts = _parts(value)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError("an address that begins with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return value

    return parse


def _secret(value: str) -> str:
    if len(value) < SECRET_CHARACTERS_MIN:
        raise ValueError(f"a random text of at least {SECRET_CHARACTERS_MIN} characters")
    return value


def _mailbox(value: str) -> str:
    address = r"[^\s@<>,;:\\\"()\[\]]+@[^\s@<>,;:\\\"()\[\]]+"
    if not re.fullmatch(rf"{address}|[^\x00-\x1f\x7f<>]*<{address}>", value):
        raise ValueError("an address such as noreply@example.org")
    return value


class Setting(NamedTuple):
    """One setting: how its text is read, and what it is without one; a secret is never repeated in a message."""

    parse: Callable[[str], Any]
    default: str | None
    secret: bool = False


#: by name, in the order of the fields
SETTINGS: dict[str, Setting] = {
    PREFIX + name.upper(): hint.__metadata__[0] for name, hint in get_type_hints(Settings, include_extras=True).items()
}


def load(environment: Mapping[str, str] | None = None, *, file: Path = Path(".env")) -> Settings:
    """The settings of this process; raises SettingsError with one sentence about the first that cannot be used."""
    given = _given(os.environ if environment is None else environment, file)
    return Settings(**{name.removeprefix(PREFIX).lower(): _value(name, given.get(name)) for name in SETTINGS})


def _value(name: str, text: str | None) -> Any:
    setting = SETTINGS[name]
    text = setting.default if text is None else text
    try:
        return None if text is None else setting.parse(text)
    except ValueError as error:
        shown = "" if setting.secret else f", not {text!r}"
        raise SettingsError(f"{name} must be {error}{shown}.") from error


def _given(environment: Mapping[str, str], file: Path) -> dict[str, str]:
    """What is set under our prefix and meant for us; an unknown name is an error, an empty value is none."""
    try:
        written = dotenv_values(file, interpolate=False) if file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {file} cannot be read: {error}.") from error
    both = {**{name: value or "" for name, value in written.items()}, **environment}
    given = {name: value for name, value in both.items() if name.startswith(PREFIX) and not _is_foreign(name, value)}
    for name in given:
        if name not in SETTINGS:
            near = difflib.get_close_matches(name.upper(), SETTINGS, 1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(SETTINGS)}."
            raise SettingsError(f"There is no setting {name}. {hint}")
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _is_foreign(name: str, value: str) -> bool:
    return (
        name.startswith("PYDOTORG_TEST_")
        or name in CREDENTIALS
        or KUBERNETES_NAME.fullmatch(name) is not None
        or (name.endswith("_PORT") and KUBERNETES_PORT.match(value) is not None)
    )
