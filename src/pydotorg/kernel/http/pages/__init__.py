"""The documentation for people: Scalar, Swagger UI and ReDoc over the one OpenAPI document.

Everything comes from our own origin, under a policy that lets nothing else in. A page is asked for
again at every visit; what it loads is named by version or content, and kept for a year.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from string import Template

from msgspec import Struct

from pydotorg.kernel.http.pages.carriers import Carried, MissingCarrierError
from pydotorg.kernel.http.pages.interfaces import INTERFACES, Interface

__all__ = ["Asset", "MissingCarrierError", "documentation"]


class Asset(Struct, frozen=True):
    """What one path answers; the body is read when it is asked for, and not kept."""

    read: Callable[[], bytes]
    media_type: str
    headers: Mapping[str, str]

    @property
    def body(self) -> bytes:
        return self.read()


def documentation(openapi_path: str = "/api/openapi.json") -> dict[str, Asset]:
    """Every path of the documentation, and what it answers; raises `MissingCarrierError`."""
    assets = {"/favicon.ico": Asset((_HERE / "favicon.ico").read_bytes, _MEDIA_TYPES[".ico"], _KEPT_A_DAY)}
    for interface in INTERFACES:
        assets |= _page_and_parts(interface, openapi_path)
    return assets


def _page_and_parts(interface: Interface, openapi_path: str) -> dict[str, Asset]:
    bundle = _carried(interface.bundle)
    start = _own(interface.start, openapi=openapi_path, bundle=bundle[0])
    styles = [_own("page.css"), *map(_carried, interface.styles)]
    page = _filled(
        "page.html",
        title=f"pydotorg API · {interface.name}",
        styles="\n".join(f'<link rel="stylesheet" href="{path}">' for path, _ in styles),
        bundle=bundle[0],
        bundle_type=interface.bundle_type,
        start=start[0],
        openapi=openapi_path,
    )
    headers = {"Content-Security-Policy": interface.policy, "Cache-Control": "no-cache"}
    return {interface.path: Asset(lambda: page, _MEDIA_TYPES[".html"], headers), **dict([bundle, start, *styles])}


def _carried(file: Carried) -> tuple[str, Asset]:
    path, version = file.find()
    asset = Asset(path.read_bytes, _MEDIA_TYPES[path.suffix], _KEPT_FOR_GOOD)
    return f"/api/assets/{path.stem}-{version}{path.suffix}", asset


def _own(name: str, **facts: str) -> tuple[str, Asset]:
    body = _filled(name, **facts)
    asset = Asset(lambda: body, _MEDIA_TYPES[Path(name).suffix], _KEPT_FOR_GOOD)
    return f"/api/assets/{Path(name).stem}-{sha256(body).hexdigest()[:12]}{Path(name).suffix}", asset


def _filled(name: str, **facts: str) -> bytes:
    return Template((_HERE / name).read_text("utf-8")).substitute(facts).encode()


_HERE = Path(__file__).parent
_KEPT_A_DAY = {"Cache-Control": "public, max-age=86400"}
_KEPT_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
}
