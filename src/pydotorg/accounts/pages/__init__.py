"""The pages to which mailed links lead: `/account/verify-email` and `/account/reset-password`.

What is secret in a link stands behind its `#`, so no server sees it, and no log. A page takes it out of the address at
once. Nothing happens before somebody presses a button: programs that look for viruses in mails open every link.
"""

from pathlib import Path

from litestar.handlers import HTTPRouteHandler

from pydotorg.accounts.links import Purpose
from pydotorg.kernel.http.free import bytes_at
from pydotorg.kernel.http.pages import Asset, own, page
from pydotorg.kernel.http.pages.interfaces import OWN_SCRIPTS_ONLY

HERE = Path(__file__).parent
POLICY = f"{OWN_SCRIPTS_ONLY}; style-src 'self'; img-src 'self'"


def link_pages() -> list[Asset]:
    """Every page with its script, and the style that they share."""
    style, shared = own("link.css", HERE), own("link.js", HERE)
    assets = [style, shared]
    for purpose in (Purpose.verify_email, Purpose.reset_password):
        script = own(f"{purpose}.js", HERE, link=shared.path)
        html = page(f"/account/{purpose}", f"{purpose}.html", HERE, POLICY, style=style.path, script=script.path)
        assets += [html, script]
    return assets


routes: tuple[HTTPRouteHandler, ...] = tuple(
    bytes_at(asset.path, asset.read, asset.media_type, asset.headers) for asset in link_pages()
)
