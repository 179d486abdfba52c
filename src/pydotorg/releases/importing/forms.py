"""The rows of python.org's download API, v2: their members, and what each says in our columns.

What a row says must keep the rules that hold for everything here; one that breaks them is a `Broken` with every fault.
"""

import re
import reprlib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeAlias, get_type_hints

import msgspec
from msgspec import Meta, Struct

from pydotorg.kernel.http.hints import in_clients_words
from pydotorg.kernel.text.plain import LINE, LINE_MESSAGE, Line
from pydotorg.releases import schemas
from pydotorg.releases.addresses import PythonOrgUrl, PythonOrgUrlOrNothing, WebAddressOrNothing
from pydotorg.releases.artefacts import HOST, SIDECARS
from pydotorg.releases.names import SLUG, SLUG_MESSAGE, product_and_version
from pydotorg.releases.version import cycle_of, major_of, version_key

Columns: TypeAlias = dict[str, Any]

#: PostgreSQL's integers end at 2³¹
NUMBER = "[1-9][0-9]{0,8}"
SHOWN_CHARACTERS_MAX = 80

_short = reprlib.Repr()
_short.maxstring = SHOWN_CHARACTERS_MAX


class Broken(ValueError):
    """What is wrong with a row."""


class Row(Struct, frozen=True):
    """Members that are not listed are ignored: python.org may well add some."""

    resource: ClassVar[str]

    def columns(self) -> Columns:
        """What this row says, in our words; `Broken` if that cannot be told."""
        raise NotImplementedError


class System(Row, frozen=True):
    """An operating system."""

    resource = "os"

    name: str
    slug: str
    resource_uri: str

    def columns(self) -> Columns:
        return {"number": number_in(self.resource_uri, "os"), "name": tidy(self.name), "slug": self.slug}


class Release(Row, frozen=True):
    """A release; its version is what its name says."""

    resource = "release"

    name: str
    slug: str
    is_published: bool
    release_date: datetime
    pre_release: bool
    release_notes_url: str
    show_on_download_page: bool
    resource_uri: str

    def columns(self) -> Columns:
        told = product_and_version(tidy(self.name))
        if told is None:
            raise Broken(f"its name {shown(tidy(self.name))} does not tell the version")
        product, version = told
        return {
            "number": number_in(self.resource_uri, "release"), "product": product, "name": tidy(self.name),
            "slug": self.slug, "version": version, "version_key": version_key(version), "cycle": cycle_of(version),
            "major": major_of(version), "pre_release": self.pre_release, "is_published": self.is_published,
            "release_date": day_of(self.release_date), "release_notes_url": self.release_notes_url,
            "show_on_download_page": self.show_on_download_page,
        }  # fmt: skip


class File(Row, frozen=True):
    """A file; `os` and `release` are the numbers of those rows."""

    resource = "release_file"

    name: str
    slug: str
    os: str
    release: str
    description: str
    is_source: bool
    url: str
    gpg_signature_file: str
    md5_sum: str
    sha256_sum: str
    filesize: int
    download_button: bool
    resource_uri: str
    sigstore_signature_file: str
    sigstore_cert_file: str
    sigstore_bundle_file: str
    sbom_spdx2_file: str

    def columns(self) -> Columns:
        url = secure(self.url)
        return {
            "number": number_in(self.resource_uri, "release_file"), "name": tidy(self.name), "slug": self.slug,
            "os": number_in(self.os, "os"), "release": number_in(self.release, "release"),
            "description": tidy(self.description), "is_source": self.is_source, "url": url,
            "filename": url.rpartition("/")[2], "filesize": self.filesize or None, "md5_sum": self.md5_sum.lower(),
            "sha256_sum": self.sha256_sum.lower(), "download_button": self.download_button,
            **{sidecar: secure(getattr(self, sidecar)) for sidecar in SIDECARS},
        }  # fmt: skip


def columns_of(raw: bytes | msgspec.Raw, form: type[Row]) -> Columns:
    """What a row of this form says, or `Broken`."""
    try:
        columns = _decoded(raw, form).columns()
    except ValueError as error:
        raise Broken(str(error)) from error
    if faults := list(_faults(columns, RULES)):
        raise Broken("; ".join(faults))
    return columns


def _decoded(raw: bytes | msgspec.Raw, form: type[Row]) -> Row:
    try:
        return msgspec.json.decode(raw, type=form)
    except msgspec.ValidationError as error:
        values = msgspec.json.decode(raw)
        if not isinstance(values, dict):
            raise Broken(f"it must be an object, not {shown(values)}") from error
        hints = get_type_hints(form)
        missing = [f"{name} is missing" for name in form.__struct_fields__ if name not in values]
        faults = [*missing, *_faults(values, {name: hints[name] for name in form.__struct_fields__})]
        raise Broken("; ".join(faults)) from error


def _faults(values: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[str]:
    for name, rule in rules.items():
        if name in values:
            try:
                msgspec.convert(values[name], rule)
            except msgspec.ValidationError as error:
                yield f"{name} {in_clients_words(error, rule).partition(', got ')[0]}, not {shown(values[name])}"


def shown(value: object) -> str:
    """Somebody else's value, fit for a terminal: short, without control characters."""
    return _short.repr(value)


def _text(pattern: str, message: str, length_max: int, **more: Any) -> Any:
    return Annotated[str, Meta(pattern=pattern, max_length=length_max, extra={"message": message}, **more)]


#: what holds for the text of a column; the types of the members have said the rest
RULES: dict[str, Any] = {
    "name": Line,
    "slug": _text(rf"\A{SLUG.pattern}\Z", SLUG_MESSAGE, 200),
    "version": schemas.Version,
    "cycle": schemas.Cycle,
    "release_notes_url": WebAddressOrNothing,
    "description": _text(f"{LINE}|^$", LINE_MESSAGE, 500),
    "url": PythonOrgUrl,
    "filename": Annotated[str, Meta(min_length=1, max_length=200)],
    "filesize": Annotated[int, Meta(ge=0, le=2**63 - 1)] | None,
    "md5_sum": _text(r"\A([0-9a-f]{32})?\Z", "must be 32 hexadecimal digits", 32),
    "sha256_sum": _text(r"\A([0-9a-f]{64})?\Z", "must be 64 hexadecimal digits", 64),
    **dict.fromkeys(SIDECARS, PythonOrgUrlOrNothing),
}  # fmt: skip


def tidy(text: str) -> str:
    """One line, with single spaces."""
    return " ".join(text.split())


def secure(address: str) -> str:
    """The same address with https, which the whole of www.python.org has."""
    return re.sub(r"\Ahttp://www\.python\.org/", HOST, address)


def number_in(address: str, resource: str) -> int:
    """The integer at the end of an item's address, absolute or not."""
    if found := re.search(rf"/downloads/{resource}/({NUMBER})/?\Z", address):
        return int(found[1])
    raise Broken(f"{shown(address)} must end with /downloads/{resource}/ and the number of a row")


def day_of(moment: datetime) -> date:
    """The day in UTC, where the moment has a zone."""
    try:
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except OverflowError as error:
        raise Broken("release_date is outside of the calendar") from error
