"""What the two editions do not have in common, as far as it can be said in a word; and the resources of both."""

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

#: since when these addresses have successors (RFC 9745)
DEPRECATED_SINCE = datetime(2026, 11, 28, tzinfo=UTC)
DEPRECATION = f"@{int(DEPRECATED_SINCE.timestamp())}"
ResourceName = Literal["os", "release", "release_file"]


class Edition(Struct, frozen=True):
    """v1 or v2 of the API, and the path below which it is."""

    name: Literal["v1", "v2"]
    #: whether rows name each other, and themselves, by absolute addresses
    absolute: bool
    #: what follows on a time
    zone: str
    #: by which credentials whoever may write is known, as HTTP calls them
    scheme: str

    @property
    def path(self) -> str:
        return f"/api/{self.name}/downloads"


V1 = Edition("v1", absolute=False, zone="", scheme="ApiKey")
V2 = Edition("v2", absolute=True, zone="Z", scheme="Token")


class Resource(Struct, frozen=True):
    """What there are rows of: its name in addresses, what an error calls one row, and where it is found today."""

    name: ResourceName
    called: str
    successor: str


RESOURCES = {
    each.name: each
    for each in (
        Resource("os", "OS", "/api/v1/os"),
        Resource("release", "Release", "/api/v1/releases"),
        Resource("release_file", "ReleaseFile", "/api/v1/files"),
    )
}


def marks(base: str, successor: str) -> dict[str, str]:
    """The headers by which an answer says that its address has a successor (RFC 9745, RFC 5829)."""
    return {"Deprecation": DEPRECATION, "Link": f'<{base}{successor}>; rel="successor-version"'}
