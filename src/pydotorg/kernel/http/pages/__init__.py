"""The documentation for people: Scalar, Swagger UI and ReDoc over the one OpenAPI document.

Everything comes from our own origin, under a policy that lets nothing else in. A page is asked for
again at every visit; what it loads is named by version or content, and kept for a year.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from string import Template

from msgspec import Struct

from .carriers import Carried, CarrierMissing
from .interfaces import INTERFACES, Interface

__all__ = ["Asset", "CarrierMissing", "documentation", "own", "page"]

HERE = Path(__file__).parent
ASKED_FOR_AGAIN = {"Cache-Control": "no-cache"}
KEPT_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
KEPT_FOR_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}
MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript",
}


class Asset(Struct, frozen=True):
    """What one path answers; the body is read when it is asked for, and not held."""

    path: str
    read: Callable[[], bytes]
    media_type: str
    headers: Mapping[str, str]

    @property
    def body(self) -> bytes:
        return self.read()


def documentation(openapi_path: str = "/api/openapi.json") -> dict[str, Asset]:
    """Every path of the documentation, and what it answers; raises `CarrierMissing`."""
    assets = [part for interface in INTERFACES for part in page_and_parts(interface, openapi_path)]
    return {asset.path: asset for asset in (*assets, icon())}


def page_and_parts(interface: Interface, openapi_path: str) -> tuple[Asset, ...]:
    bundle = carried(interface.bundle)
    start = own(interface.start, openapi=openapi_path, bundle=bundle.path)
    styles = (own("page.css"), *map(carried, interface.styles))
    html = page(
        interface.path,
        "page.html",
        HERE,
        interface.policy,
        title=f"pydotorg API · {interface.name}",
        styles="\n".join(f'<link rel="stylesheet" href="{style.path}">' for style in styles),
        bundle=bundle.path,
        bundle_type=interface.bundle_type,
        start=start.path,
        openapi=openapi_path,
    )
    return html, bundle, start, *styles


def page(path: str, name: str, folder: Path, policy: str, **facts: str) -> Asset:
    """A page from one of our own files, under a Content-Security-Policy."""
    body = filled(folder / name, **facts)
    headers = {"Content-Security-Policy": policy, **ASKED_FOR_AGAIN}
    return Asset(path, lambda: body, MEDIA_TYPES[".html"], headers)


def icon() -> Asset:
    return Asset("/favicon.ico", (HERE / "favicon.ico").read_bytes, MEDIA_TYPES[".ico"], KEPT_FOR_A_DAY)


def carried(file: Carried) -> Asset:
    found, version = file.find()
    path = f"/api/assets/{found.stem}-{version}{found.suffix}"
    return Asset(path, file.read, MEDIA_TYPES[found.suffix], KEPT_FOR_A_YEAR)


def own(name: str, folder: Path = HERE, **facts: str) -> Asset:
    """A script or a style of our own, at an address that changes with it."""
    file = folder / name
    body = filled(file, **facts)
    path = f"/api/assets/{file.stem}-{sha256(body).hexdigest()[:12]}{file.suffix}"
    return Asset(path, lambda: body, MEDIA_TYPES[file.suffix], KEPT_FOR_A_YEAR)


def filled(file: Path, **facts: str) -> bytes:
    """One of our own files, with a fact wherever it names one: `$title`."""
    return Template(file.read_text("utf-8")).substitute(facts).encode()
