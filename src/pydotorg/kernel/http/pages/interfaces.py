"""What each of the three interfaces is made of, and the least that its page must allow.

The policies were tried in Chromium, directive by directive: tests/documentation/test_pages_in_a_browser.py.
"""

from typing import Literal

from msgspec import Struct

from .carriers import Carried


class Interface(Struct, frozen=True):
    name: str
    path: str
    start: str
    """Our own script, which starts the bundle."""
    bundle: Carried
    allows: str
    """What the page's Content-Security-Policy grants beyond `OWN_SCRIPTS_ONLY`."""
    bundle_type: Literal["text/javascript", "module"] = "text/javascript"
    styles: tuple[Carried, ...] = ()

    @property
    def policy(self) -> str:
        return f"{OWN_SCRIPTS_ONLY}; {self.allows}"


OWN_SCRIPTS_ONLY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "connect-src 'self'; script-src 'self'"
)

INTERFACES = (
    Interface(
        name="Scalar",
        path="/api/",
        start="scalar.js",
        bundle=Carried("flask-openapi-scalar", "flask_openapi_scalar/templates/scalar/js/scalar.standalone.js"),
        # The bundle writes its style sheet into the page, and style attributes at every block of code.
        allows="style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    ),
    Interface(
        name="Swagger UI",
        path="/api/swagger",
        start="swagger.js",
        bundle=Carried("flask-openapi-swagger", "flask_openapi_swagger/templates/swagger/js/swagger-ui-bundle.js"),
        styles=(Carried("flask-openapi-swagger", "flask_openapi_swagger/templates/swagger/css/swagger-ui.css"),),
        allows="style-src 'self'; img-src 'self' data:",
    ),
    Interface(
        name="ReDoc",
        path="/api/redoc",
        start="redoc.js",
        bundle=Carried(
            "flask-openapi-redoc",
            "flask_openapi_redoc/templates/redoc/js/redoc.standalone.js",
            foreign=(
                b"https://cdn.redoc.ly/redoc/logo-mini-full.svg",
                b"https://cdn.redoc.ly/redoc/logo-mini.svg",
            ),
        ),
        bundle_type="module",
        # It styles as it renders, and carries its font in the script.
        allows="style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:",
    ),
)
