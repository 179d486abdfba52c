"""`GET /metrics`: what all workers of this host have counted, for Prometheus on this host or with the token."""

import hmac
import re
from ipaddress import IPv6Address, ip_address
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from pydotorg.kernel.http.errors import BEARER, Forbidden, Unauthenticated

from .ledger import Ledger

#: what a reverse proxy on this host adds, behind which everybody comes from loopback
FORWARDING = re.compile(r"forwarded|x-forwarded-.+|x-real-ip|via")


def metrics_route(ledger: Ledger, token: str | None) -> HTTPRouteHandler:
    """`/metrics` for a peer on loopback that no proxy stands before, or for who brings the token."""

    async def metrics(request: Request[Any, Any, Any]) -> ASGIResponse:
        demand_scraper(request, token)
        from .exposition import MEDIA_TYPE, exposed  # its library is no use to a process that nobody scrapes

        text = exposed(ledger.total(), of_one_process=ledger.folder is None)
        return ASGIResponse(body=text, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    return HTTPRouteHandler("/metrics", http_method=["GET", "HEAD"], status_code=200, name="plain:/metrics")(metrics)


def demand_scraper(request: Request[Any, Any, Any], token: str | None) -> None:
    """Refuse who is not to see the metrics; credentials are never ignored, wherever they come from."""
    credentials = request.headers.getall("authorization", [])
    if credentials:
        if token is None or len(credentials) > 1 or not holds(credentials[0], token):
            raise Unauthenticated("This is not the token that PYDOTORG_METRICS_TOKEN sets.", BEARER)
    elif not is_of_this_host(request):
        raise Forbidden("Metrics are shown on this host itself, or with the token that PYDOTORG_METRICS_TOKEN sets.")


def holds(credentials: str, token: str) -> bool:
    """Whether these are the token; how long it takes does not tell how much of it is right."""
    scheme, _, given = credentials.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode("latin-1"), token.encode())


def is_of_this_host(request: Request[Any, Any, Any]) -> bool:
    """Whether the peer is on loopback, and nobody else stands behind it."""
    forwarded = any(map(FORWARDING.fullmatch, request.headers))
    return not forwarded and request.client is not None and is_loopback(request.client.host)


def is_loopback(peer: str) -> bool:
    """Whether this is an address of the host itself, in either form."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False  # a Unix socket has none, and mostly a proxy behind it
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
