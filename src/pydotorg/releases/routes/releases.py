"""`/api/v1/releases`."""

import msgspec
from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import Caller, Role, anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.errors import Forbidden, NotFound, found
from pydotorg.kernel.http.operations import delete, get, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created, Redirect
from pydotorg.releases import details, queries, rules
from pydotorg.releases.bodies import NewRelease, ReleaseChange
from pydotorg.releases.file_bodies import AllowEmpty
from pydotorg.releases.references import unknown_system
from pydotorg.releases.schemas import (
    Download,
    LatestFilters,
    MajorOrCycle,
    Release,
    ReleaseFilters,
    ReleaseIdentifier,
    ReleaseSlug,
    ReleaseSummary,
)
from pydotorg.releases.tables import DATASET
from pydotorg.releases.writing import releases


@get("/releases", by=anyone, shows=DATASET, raises=(Forbidden,), refers={"os": unknown_system})
async def releases_list(db: Database, page: Page, where: ReleaseFilters, caller: Caller) -> Listing[ReleaseSummary]:
    """List releases, newest version first.

    They are Python's unless `product` says otherwise. Filters can be combined: a release must pass all of them. Drafts
    are shown to release managers only, and only where they ask for them with `is_published=false`.
    """
    listing = await page.of(db, queries.summaries(where, visible_to=caller))
    if where.include is None:
        return listing
    return msgspec.structs.replace(listing, items=await details.with_files(db, listing.items))


@get("/releases/latest", by=anyone, shows=DATASET, raises=(NotFound,))
async def releases_latest(db: Database, where: LatestFilters) -> ReleaseSummary:
    """Get the newest stable release of Python 3.

    Newest in the order of versions (PEP 440) among those that are published, final and not yanked; `pre_release=true`
    lets previews compete as well.
    """
    return await _latest(db, "3", where)


@get("/releases/latest/{ver:str}", by=anyone, shows=DATASET)
async def releases_latest_of(db: Database, ver: MajorOrCycle, where: LatestFilters) -> ReleaseSummary:
    """Get the newest stable release of a major version or of a cycle.

    `/releases/latest/{ver}/download` with `os`, `arch` or `kind` redirects to the best file of that release.
    """
    return await _latest(db, ver, where)


@get("/releases/latest/{ver:str}/download", by=anyone, shows=DATASET, refers={"os": unknown_system}, documented=False)
async def releases_latest_download(db: Database, ver: MajorOrCycle, where: Download) -> Redirect:
    """Go to a file of the newest stable release of a major version or of a cycle."""
    line = line_of(ver)
    newest = found(await db.first(queries.latest(line, pre_releases=False)), f"There is no stable Python {ver}.")
    file = await db.first(queries.downloads(where, line))
    if file is None or file.release_id != newest.id:
        version = file.version if file else None
        other = f"the newest that has one is {version}" if file else f"no older stable release of {ver} has one either"
        raise NotFound(f"Python {newest.version} has no such file; {other}.", newest_with_file=version)
    return Redirect(file.url)


@get("/releases/{id:str}", by=anyone, shows=DATASET)
async def releases_get(db: Database, id: ReleaseIdentifier, caller: Caller) -> Release:
    """Get a release, by id, version or slug.

    The answer has everything that is known of it, with its files. `/releases/{id}/SHA256SUMS` has the SHA-256 sums of
    the files as plain text, as `sha256sum --check` reads them.
    """
    return await details.release(db, id, visible_to=caller)


@get("/releases/slug/{slug:str}", by=anyone, shows=DATASET)
async def releases_get_by_slug(db: Database, slug: ReleaseSlug, caller: Caller) -> Release:
    """Get a release by its slug.

    The same answer as that of `/releases/{id}`, where an id or a version is not looked for.
    """
    release = await queries.release_by_slug(db, slug, visible_to=caller)
    return await details.detail(db, found(release, f"There is no release {slug}."))


@post("/releases", by=role(Role.release_manager), of=releases_get)
async def releases_create(db: Database, new: NewRelease, how: AllowEmpty, caller: Caller) -> Created[Release]:
    """Make a release, with its files if they are there already.

    It needs `version` or `name`. It is a draft, which release managers alone see, unless it says otherwise.
    """
    id = await releases.make(db, new, allow_empty=how.allow_empty)
    return Created(await details.release(db, id, visible_to=caller), f"/api/v1/releases/{id}")


@patch("/releases/{id:str}", by=role(Role.release_manager), of=releases_get, needs_match=True)
async def releases_change(
    db: Database, id: ReleaseIdentifier, change: ReleaseChange, how: AllowEmpty, caller: Caller
) -> Release:
    """Change, publish or yank a release.

    To publish one that has no file needs `allow_empty=true`. Version and slug of a published release stay.
    """
    changed = await releases.change(db, id, change, allow_empty=how.allow_empty)
    return await details.release(db, changed, visible_to=caller)


@delete("/releases/{id:str}", by=role(Role.release_manager), of=releases_get, needs_match=True)
async def releases_delete(db: Database, id: ReleaseIdentifier) -> None:
    """Remove a release with its files.

    The audit log keeps what they were. A release that is only withdrawn is better yanked.
    """
    await releases.remove(db, id)


def line_of(text: str) -> rules.Line:
    """What `latest/{ver}` names; anything but a major version or a cycle is a 404."""
    return found(rules.line_of(text), f"{text} is neither a major version such as 3 nor a cycle such as 3.14.")


async def _latest(db: Database, named: str, where: LatestFilters) -> ReleaseSummary:
    newest = queries.latest(line_of(named), pre_releases=where.pre_release)
    kind = "published" if where.pre_release else "stable"
    release = found(await db.first(newest), f"There is no {kind} release of Python {named}.")
    return release if where.include is None else (await details.with_files(db, [release]))[0]


routes: tuple[HTTPRouteHandler, ...] = (
    releases_list, releases_latest, releases_latest_of, releases_latest_download, releases_get, releases_get_by_slug,
    releases_create, releases_change, releases_delete,
)  # fmt: skip
