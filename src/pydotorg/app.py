"""Puts the parts together: settings in, ASGI application out. `DOMAINS` is the one list of what there is."""

import asyncio
import gc
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, cast

import msgspec
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response.base import Response
from sqlalchemy.exc import DBAPIError

from . import accounts, audit, compatibility, events, jobs, migrations, releases, settings
from .accounts import people
from .accounts.identification import Identification
from .index import index_of
from .kernel.database.engine import DatabaseAway
from .kernel.database.transaction import Transactions
from .kernel.domain import Domain, Exports, Leavings, following_of
from .kernel.frontdoor.admission import Admission
from .kernel.frontdoor.answers import Store
from .kernel.frontdoor.asgi import FrontDoor
from .kernel.frontdoor.callers import Callers
from .kernel.frontdoor.counters.memory import Memory
from .kernel.frontdoor.counters.redis import Redis
from .kernel.frontdoor.counters.shared import Shared
from .kernel.frontdoor.freshness import freshness_of
from .kernel.frontdoor.identities import Identify, Identities
from .kernel.frontdoor.limits import Limits
from .kernel.frontdoor.purging import Purging
from .kernel.frontdoor.sharing import Sharing
from .kernel.http import headers, idempotency, openapi
from .kernel.http.body_reading import BODY_BYTES_MAX
from .kernel.http.dialects import Dialect
from .kernel.http.edge import Application as ASGIApplication
from .kernel.http.edge import Edge
from .kernel.http.errors import render
from .kernel.http.free import bytes_at
from .kernel.http.idempotency import Attempts
from .kernel.http.operations import AnyRequest, Operation
from .kernel.http.pages import documentation
from .kernel.http.suffixes import routing_suffixes
from .kernel.mail.post import post_of
from .kernel.metrics import Readings, Tallies
from .kernel.observability.health import health_routes
from .kernel.observability.ledger import Ledger
from .kernel.observability.log import configure_log
from .kernel.observability.metrics import metrics_route
from .kernel.observability.pulse import Pulse
from .kernel.review import comments, submissions
from .kernel.review.desk import Desk
from .kernel.review.directory import Directory
from .kernel.review.mails import mail_step
from .kernel.tasks.census import Census
from .kernel.tasks.declaring import Equipment, Task
from .kernel.tasks.sending import send
from .kernel.tasks.worker import Worker

#: in the folder that workers share
COUNTERS = "counters"
#: for what is only known here, and not yet in the database
LAST_WORDS_SECONDS_MAX = 0.5

DOMAINS: tuple[Domain, ...] = (
    releases.domain, compatibility.domain, jobs.domain, events.domain, accounts.domain, people.domain, audit.domain,
)  # fmt: skip


class Lean(Litestar):
    """A router that loads no plugin for models of other libraries, whatever else is installed beside it.

    Where pydantic is (development brings it), Litestar would load it into each process: 9 MB for nothing.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


class Application(FrontDoor):
    """The service as an ASGI application; `litestar` is the router inside.

    Several workers of one host find each other in the folder `shared`.
    """

    def __init__(
        self, configured: settings.Settings, *, domains: Sequence[Domain] = DOMAINS, identify: Identify | None = None,
        shared: Path | None = None,
    ) -> None:  # fmt: skip
        self.transactions = Transactions(configured.database_url, following_of(domains))
        self.domains = (index_of(domains), *domains)
        self.parts = parts_of(configured, self.transactions, domains)
        self.worker = worker_of(configured, self.parts, domains, led=True)
        self.census = Census(self.transactions)
        tallies = Tallies()
        self.transactions.flagged = tallies.changed_for_a_reason
        self.ledger = Ledger(tallies, shared, self._readings)
        self.pulse = Pulse(self.ledger)
        sharing = sharing_of(configured, tallies) if configured.store else None
        # a message that somebody has signed out may come a moment late, so where one waits for it nobody is remembered
        remembering = sharing if configured.freshness == "strict" else None
        identities = Identities(identify or self.parts[Identification], remembering)
        limits = limits_of(configured, shared) if configured.rate_limit_enabled else None
        admission = Admission(Callers(configured.trusted_proxies), identities, limits, tallies)
        self.litestar = routing_suffixes(self._router(configured, admission, tallies))
        self._add_documentation()
        edge = Edge(
            cast("ASGIApplication", self.litestar), configured.hosts, configured.public_url, tallies,
            dialects=dialects_of(domains), purge=Purging(admission, self.transactions, self.shown_at),
        )  # fmt: skip
        super().__init__(edge, admission, sharing, tallies, logs=configured.log_level == "debug")

    def _router(self, configured: settings.Settings, admission: Admission, tallies: Tallies) -> Litestar:
        routers = [Router(domain.base, route_handlers=domain.routes) for domain in self.domains]
        pages = [page for domain in self.domains for page in domain.pages]
        metrics = metrics_route(self.ledger, configured.metrics_token)
        inside = configured.tasks == "inside"
        return Lean(
            [*routers, *pages, *health_routes(self.is_ready), metrics],
            exception_handlers={Exception: answer_error},
            state=State({"parts": self.parts, "admission": admission, "tallies": tallies, "attempts": Attempts()}),
            openapi_config=None,
            logging_config=None,
            request_max_body_size=BODY_BYTES_MAX,
            on_startup=[self.pulse.start, self.census.start, *([self.worker.start] if inside else [])],
            on_shutdown=[self.worker.stop, self.census.stop, self.pulse.stop, self.close],
        )

    def _add_documentation(self) -> None:
        """The OpenAPI document in both forms, made when first asked for so that a start is quick, and its pages."""
        as_json = cache(lambda: openapi.encoded(self.litestar, self.domains))
        as_yaml = cache(lambda: msgspec.yaml.encode(msgspec.json.decode(as_json())))
        self.litestar.register(bytes_at("/api/openapi.json", as_json, "application/json"))
        self.litestar.register(bytes_at("/api/openapi.yaml", as_yaml, "application/yaml"))
        for asset in documentation().values():
            self.litestar.register(bytes_at(asset.path, asset.read, asset.media_type, asset.headers))

    def shown_at(self, path: str) -> tuple[str, ...]:
        """The datasets on which the answer to a GET of this path depends; none where there is no such thing."""
        try:
            _, handler, *_ = self.litestar.asgi_router.handle_routing(path=path, method="GET")
        except HTTPException:
            return ()
        operation: Operation | None = handler.opt.get("operation")
        return () if operation is None else operation.datasets

    async def close(self) -> None:
        """Close every connection to the outside, soon, even if nobody answers there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_SECONDS_MAX):
                await accounts.close(self.parts)
        await self.transactions.dispose()
        if self.sharing is not None:
            await self.sharing.freshness.close()
        if self.redis is not None:
            await self.redis.close()

    async def is_ready(self) -> bool:
        """Whether the database can be used and lacks no migration."""
        try:
            async with self.transactions.reading.connect() as connection:
                return await migrations.is_current(connection)
        except (DBAPIError, OSError) as error:
            raise DatabaseAway("not ready") from error

    def _readings(self) -> Readings:
        sharing = self.sharing
        held = (
            Readings()
            if sharing is None
            else Readings(
                questions=sharing.freshness.questions,
                stored_answers=len(sharing.store.entries),
                stored_bytes=sharing.store.bytes,
                database_away=sharing.freshness.age() is not None,
            )
        )
        return held + Readings(
            counting_in_memory=self.redis is not None and self.redis.is_away,
            tasks_waiting=self.census.waiting,
            tasks_dead=self.census.dead,
        )

    @property
    def redis(self) -> Redis | None:
        counter = self.admission.limits and self.admission.limits.counter
        return counter if isinstance(counter, Redis) else None


def dialects_of(domains: Sequence[Domain]) -> Iterable[Dialect]:
    """Every dialect that some of the addresses speak."""
    operations = (handler.opt["operation"] for domain in domains for handler in domain.routes)
    return dict.fromkeys(each.dialect for each in operations if each.dialect is not None)


def settle() -> None:
    """Take what a process has made at its start out of the garbage collector's sight: it will all be needed.

    Otherwise every collection would look through the whole router, which costs more than most answers.
    """
    gc.collect()
    gc.freeze()


def limits_of(configured: settings.Settings, shared: Path | None) -> Limits:
    """Limits counted as widely as the settings say: in this process, on this host, or wherever Redis is used."""
    local = Shared(shared / COUNTERS) if shared else Memory()
    counter = Redis(configured.redis_url, local) if configured.redis_url else local
    return Limits(counter, factor=configured.rate_limit_factor)


def parts_of(
    configured: settings.Settings, transactions: Transactions, domains: Sequence[Domain]
) -> dict[type, Any]:  # fmt: skip
    """What handlers can ask for by its type, beside what a request brings."""
    exports = Exports({name: each for domain in domains for name, each in domain.exports.items()} | comments.exports)
    leavings = Leavings([*(each.leaving for each in domains if each.leaving is not None), comments.leave])
    # who asks, and whom mails reach, is known whatever there is to be asked
    bringing = domains if accounts.domain in domains else (accounts.domain, *domains)
    own = [part for domain in bringing for part in domain.parts(configured, transactions)]
    parts = {type(part): part for part in (transactions, exports, leavings, *own)}
    return parts | {Desk: Desk(parts[Directory], configured.spam_hosts)}


def worker_of(
    configured: settings.Settings, parts: dict[type, Any], domains: Sequence[Domain], *, led: bool
) -> Worker:  # fmt: skip
    """Who does what the domains have queued and planned."""
    equipment = Equipment(parts[Transactions], post_of(configured), reached_at(configured, configured.port), parts)
    own: list[Task[Any]] = [send, idempotency.forget_past, submissions.forget_past, mail_step]
    known = {task.name: task for task in [*own, *(task for domain in domains for task in domain.tasks)]}
    planned = [each for domain in domains for each in domain.schedule]
    scheduled = [*idempotency.schedule, *submissions.schedule, *planned]
    return Worker(equipment, known, scheduled, led=led)


def reached_at(configured: settings.Settings, port: int) -> str:
    """The address of the service, without a path: the public one, or that on this machine."""
    host = "localhost" if configured.host in ("0.0.0.0", "::") else configured.host  # noqa: S104  shown, not bound
    return configured.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"


def sharing_of(configured: settings.Settings, tallies: Tallies) -> Sharing:
    """The store of finished answers and what keeps it fresh."""
    store = Store(always=headers.common(configured.public_url), hosts=configured.hosts)
    watch = partial(freshness_of, configured.database_url, configured.freshness)
    return Sharing(store, watch, tallies, stale_seconds_max=configured.stale_if_error)


def answer_error(request: AnyRequest, error: Exception) -> Response[bytes]:
    """The router's way to `render`, the one place that turns an exception into an answer."""
    scope = cast("dict[str, Any]", request.scope)
    answer = render(error, request.headers.get("accept", ""), scope["request_id"], scope["render"])
    return Response(
        answer.body, status_code=answer.status, media_type=answer.headers["Content-Type"], headers=answer.headers
    )


def from_environment(shared: Path | None = None) -> Application:
    """The application of a worker process."""
    configured = settings.load()
    configure_log(configured.log_level, configured.log_format)
    application = Application(configured, shared=shared)
    settle()
    return application
