"""What is compared with what, and how good it is to be."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .answers import BROWSER, COMPRESSED, Request

LATEST, LIST, DETAIL = "/api/v1/releases/latest", "/api/v1/releases?limit=100", "/api/v1/releases/3.14.0"
OLD_RELEASES, OLD_RELEASE = "/api/v2/downloads/release/", "/api/v2/downloads/release/1000650/"
OLD_FILES, OLD_PAGE = "/api/v2/downloads/release_file/", "/api/v1/downloads/release/"
NGINX, BARE = "nginx", "bare ASGI"

POSTGRES, REDIS = "PYDOTORG_TEST_POSTGRES_URL", "PYDOTORG_TEST_REDIS_URL"
NO_STORE = {"PYDOTORG_STORE": "false"}
TWO_WORKERS = {"PYDOTORG_WORKERS": "2"}


class Candidate(NamedTuple):
    """`pydotorg serve` with settings, on one of the databases."""

    name: str
    settings: Mapping[str, str] = MappingProxyType({})
    database: str = "sqlite"
    needs: str | None = None  # a variable of the environment
    shows: str | None = None  # credentials with every request: those of a `session`, or a `token`


class Comparison(NamedTuple):
    """Requests that are sent to candidates and peers in turn; the ratios are to each of the references."""

    name: str
    title: str
    requests: tuple[Request, ...]
    candidates: tuple[Candidate, ...]
    references: tuple[str, ...]  # a peer runs where it is one
    pinned: bool = True


class Goal(NamedTuple):
    """How many times as good as its reference a candidate is, by processor time for a request, or by bytes a second."""

    comparison: str
    candidate: str
    request: str
    reference: str
    ratio_min: float
    by_bytes: bool = False  # of an answer so long that to send it is nearly all of the work


latest, listing = Request("latest", LATEST), Request("list of 100", LIST)
detail = Request("detail", DETAIL)
VARIANTS = tuple(
    Request(f"{plain.name}{suffix}", plain.path, headers)
    for plain in (latest, listing)
    for suffix, headers in (("", {}), (", Accept-Encoding", COMPRESSED), (", a browser's headers", BROWSER))
)
#: of the old API: plain, since a long answer costs more to copy than to find; the longest as clients ask for it, too
LEGACY = (
    Request("v2, all releases", OLD_RELEASES),
    Request("v2, a release", OLD_RELEASE),
    Request("v2, all files", OLD_FILES),
    Request("v2, all files, Accept-Encoding", OLD_FILES, COMPRESSED),
    Request("v1, a page", OLD_PAGE),
)
CONDITIONAL = tuple(Request(f"{plain.name}, 304", plain.path, {}, is_conditional=True) for plain in (latest, listing))

protocol = Candidate("protocol path")
asgi = Candidate("ASGI path", {"PYDOTORG_FAST_PATH": "false"})
uncached = Candidate("nothing stored", NO_STORE)
strict = Candidate("strict", {"PYDOTORG_FRESHNESS": "strict"}, "postgresql", POSTGRES)
notify = Candidate("notify", {"PYDOTORG_FRESHNESS": "notify"}, "postgresql", POSTGRES)
redis = Candidate("limits in Redis", needs=REDIS)
one_worker, two_workers = Candidate("1 worker"), Candidate("2 workers", TWO_WORKERS)
anonymous, session = Candidate("anonymous"), Candidate("signed in", shows="session")
token = Candidate("API token", shows="token")
small, grown = Candidate("bundled releases"), Candidate("10 × the releases", database="grown")

COMPARISONS = (
    Comparison("stored", "Stored answers", (*VARIANTS, *CONDITIONAL), (protocol, asgi), (NGINX, BARE)),
    Comparison("legacy", "Stored answers of the old API", LEGACY, (protocol,), (BARE,)),
    Comparison("legacy-uncached", "Answers of the old API, computed anew", LEGACY, (uncached,), (BARE,)),
    Comparison(
        "accounts", "Stored answers for who is known", (latest, listing), (anonymous, session, token), (anonymous.name,)
    ),
    Comparison("uncached", "Answers computed anew", (latest, listing, detail), (uncached,), (BARE,)),
    Comparison("postgresql", "Stored answers, PostgreSQL", (latest, listing), (strict, notify), (BARE,)),
    Comparison("redis", "Stored answers, limits in Redis", (latest, listing), (redis,), (BARE,)),
    Comparison("grown", "Stored answers, 10 × the releases", (latest, listing), (small, grown), (small.name,)),
    Comparison(
        "grown-uncached",
        "Answers computed anew, 10 × the releases",
        (listing, detail),
        (small._replace(settings=NO_STORE), grown._replace(settings=NO_STORE)),
        (small.name,),
    ),
    Comparison(
        "workers", "Stored answers, 2 workers", (latest, listing), (one_worker, two_workers), (one_worker.name,),
        pinned=False,
    ),
    Comparison(
        "workers-uncached",
        "Answers computed anew, 2 workers",
        (listing,),
        (one_worker._replace(settings=NO_STORE), two_workers._replace(settings=NO_STORE | TWO_WORKERS)),
        (one_worker.name,),
        pinned=False,
    ),
)  # fmt: skip

#: whose start and memory are measured, each alone
STARTING = "start"
STARTS = (protocol._replace(name="as it comes"), two_workers, grown, strict._replace(name="PostgreSQL"))

GOALS = (
    *(Goal("stored", protocol.name, each.name, NGINX, 1.0 if each.path == LATEST else 0.85) for each in VARIANTS),
    *(Goal("stored", asgi.name, each.name, BARE, 0.8) for each in VARIANTS),
    *(Goal("legacy", protocol.name, each.name, BARE, 0.8, each.path == OLD_FILES) for each in LEGACY),
    *(Goal("accounts", each.name, latest.name, anonymous.name, 0.77) for each in (session, token)),
    Goal("uncached", uncached.name, listing.name, BARE, 0.02),
    *(Goal("postgresql", strict.name, each.name, BARE, 0.7) for each in (latest, listing)),
)
