"""Puts the parts together: settings in, ASGI application out. `DOMAINS` is the one list of what there is."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import msgspec
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response.base import Response
from sqlalchemy.exc import DBAPIError

from . import migrations, releases, settings
from .index import index_of
from .kernel.access import Identity
from .kernel.database.engine import DatabaseAway
from .kernel.database.transaction import Transactions
from .kernel.domain import Domain
from .kernel.http import openapi
from .kernel.http.bodies import BODY_BYTES_MAX
from .kernel.http.edge import Application as ASGIApplication
from .kernel.http.edge import Edge
from .kernel.http.errors import render
from .kernel.http.free import bytes_at
from .kernel.http.operations import AnyRequest, Identify
from .kernel.http.pages import documentation
from .kernel.observability import configure_log, health_routes

DOMAINS: tuple[Domain, ...] = (releases.domain,)


async def nobody(credentials: str) -> Identity | None:
    """Who these credentials belong to: there are no accounts, so none hold."""
    del credentials
    return None


class Lean(Litestar):
    """A router that loads no plugin for models of other libraries, whatever else is installed beside it.

    Where pydantic is (development brings it), Litestar would load it into each process: 9 MB for nothing.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class Application(Edge):
    """The service as an ASGI application; `litestar` is the router inside."""

    def __init__(
        self, configured: settings.Settings, *, domains: Sequence[Domain] = DOMAINS, identify: Identify = nobody
    ) -> None:
        self.transactions = Transactions(configured.database_url)
        self.domains = (index_of(domains), *domains)
        routes = [route for domain in self.domains for route in domain.routes]
        router = Lean(
            [Router("/api/v1", route_handlers=routes), *health_routes(self.is_ready)],
            exception_handlers={Exception: answer_error},
            state=State({"transactions": self.transactions, "identify": identify}),
            openapi_config=None,
            logging_config=None,
            request_max_body_size=BODY_BYTES_MAX,
            on_shutdown=[self.transactions.dispose],
        )
        self.litestar = router
        super().__init__(cast("ASGIApplication", router), hosts=configured.hosts, public_url=configured.public_url)
        self._add_documentation()

    def _add_documentation(self) -> None:
        """The OpenAPI document in both forms, made when first asked for so that a start is quick, and its pages."""
        as_json = cache(lambda: openapi.encoded(self.litestar, self.domains))
        as_yaml = cache(lambda: msgspec.yaml.encode(msgspec.json.decode(as_json())))
        self.litestar.register(bytes_at("/api/openapi.json", as_json, "application/json"))
        self.litestar.register(bytes_at("/api/openapi.yaml", as_yaml, "application/yaml"))
        for asset in documentation().values():
            self.litestar.register(bytes_at(asset.path, asset.read, asset.media_type, asset.headers))

    async def is_ready(self) -> bool:
        """Whether the database can be used and lacks no migration."""
        try:
            async with self.transactions.reading.connect() as connection:
                return await migrations.is_current(connection)
        except (DBAPIError, OSError) as error:
            raise DatabaseAway("not ready") from error


def answer_error(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The router's way to `render`, the one place that turns an exception into an answer."""
    answer = render(error, request.headers.get("accept", ""), cast("dict[str, Any]", request.scope)["request_id"])
    return Response(
        answer.body, status_code=answer.status, media_type=answer.headers["Content-Type"], headers=answer.headers
    )


def from_environment() -> Application:
    """The application of a worker process."""
    configured = settings.load()
    configure_log(configured.log_level, configured.log_format)
    return Application(configured)
