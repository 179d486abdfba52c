"""The place where it is measured: a folder, databases, servers on one core and the load on another."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from . import databases, events, jobs, nginx
from .accounts import credentials
from .answers import ADDRESS, Answer
from .plan import BARE, NGINX, POSTGRES, REDIS, Candidate
from .processes import free_ports, inherited, pinned, running, wait_for

CHECKOUT = Path(__file__).parents[1]
#: the limits are on, and nobody reaches them; like that of the others, the log is silent
SETTINGS = {"PYDOTORG_HOST": ADDRESS, "PYDOTORG_LOG_LEVEL": "warning", "PYDOTORG_RATE_LIMIT_FACTOR": "999999"}
SECRET = "nobody signs in while this is measured"  # noqa: S105  it guards nothing
Tell = Callable[[str], None]


class Target(NamedTuple):
    """A server that runs; a peer has a port for each answer, by the names of requests."""

    name: str
    process: int
    ports: dict[str, int]
    headers: Mapping[str, str] = MappingProxyType({})  # with every request


class Bench:
    """Everything that outlives a comparison; what is not asked for is not made."""

    def __init__(self, folder: Path, stack: ExitStack, *, rounds: int, seconds: int, tell: Tell) -> None:
        self.folder, self.stack = folder, stack
        self.rounds, self.seconds, self.tell = rounds, seconds, tell
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.databases: dict[str, str] = {}

    def database(self, kind: str) -> str:
        """The URL of the one of a kind: `sqlite`, `grown` or `postgresql`; `sqlite+1000 jobs` has those besides."""
        if kind not in self.databases:
            self.tell(f"filling the database `{kind}`")
            if kind.startswith("postgresql"):
                url = self.stack.enter_context(databases.in_postgres(os.environ[POSTGRES]))
            else:
                url = f"sqlite:///{self.folder}/{kind}.db"
            self.databases[kind] = databases.seeded(url, self.folder)
            if kind == "grown":
                databases.grow(self.folder / f"{kind}.db")
            if "+" in kind:
                number, of = kind.partition("+")[2].split()
                {"jobs": jobs.fill, "events": events.fill}[of](self.databases[kind], int(number))
        return self.databases[kind]

    @contextmanager
    def serving(self, candidate: Candidate, *, core: int | None) -> Iterator[tuple[int, int]]:
        """The process and the port of `pydotorg serve`, which has only just begun to start."""
        [port] = free_ports(1)
        settings = {**SETTINGS, **candidate.settings, "PYDOTORG_PORT": str(port)}
        settings["PYDOTORG_DATABASE_URL"] = self.database(candidate.database)
        if candidate.database.startswith("postgresql"):
            settings |= {"PYDOTORG_PUBLIC_URL": f"http://{ADDRESS}:{port}", "PYDOTORG_SECRET_KEY": SECRET}
        if candidate.needs == REDIS:
            settings["PYDOTORG_REDIS_URL"] = os.environ[REDIS]
        command = [*pinned(core), str(databases.PYDOTORG), "serve"]
        with running(command, folder=self.folder, environment={**inherited(), **settings}) as process:
            yield process, port

    @contextmanager
    def candidate(self, candidate: Candidate, names: list[str], *, core: int | None) -> Iterator[Target]:
        with self.serving(candidate, core=core) as (process, port):
            wait_for(process, port, "/ready", self.folder)
            shown = credentials(port, candidate.shows) if candidate.shows else {}
            yield Target(candidate.name, process, dict.fromkeys(names, port), shown)

    @contextmanager
    def peer(self, name: str, answers: dict[str, Answer], *, core: int | None) -> Iterator[Target]:
        """Starts nginx or the bare ASGI function, with these answers by the names of requests."""
        ports = dict(zip(answers, free_ports(len(answers)), strict=True))
        by_port = {ports[request]: answer for request, answer in answers.items()}
        with TemporaryDirectory(dir=self.folder) as temporary:
            command = {NGINX: nginx_command, BARE: bare_command}[name](Path(temporary), by_port)
            environment = {**inherited(), "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *sys.path])}
            with running([*pinned(core), *command], folder=self.folder, environment=environment) as process:
                for port, answer in by_port.items():
                    wait_for(process, port, answer.path, self.folder, status=answer.status)
                yield Target(name, process, ports)


def nginx_command(folder: Path, answers: dict[int, Answer]) -> list[str]:
    return ["nginx", "-c", str(nginx.configured(folder, answers)), "-e", str(folder / "error.log")]


def bare_command(folder: Path, answers: dict[int, Answer]) -> list[str]:
    path = folder / "answers.json"
    path.write_bytes(msgspec.json.encode(answers))
    return [sys.executable, "-m", "benchmarks.bare", str(path)]


@contextmanager
def opened(*, rounds: int, seconds: int, tell: Tell) -> Iterator[Bench]:
    """A bench in a folder of its own, which is gone afterwards with all that it held."""
    with TemporaryDirectory(prefix="pydotorg-bench-") as folder, ExitStack() as stack:
        yield Bench(Path(folder), stack, rounds=rounds, seconds=seconds, tell=tell)
