"""The addresses of a list of terms."""

from typing import Any

from litestar.handlers import HTTPRouteHandler

from pydotorg.kernel.access import anyone, role
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.operations import delete, described, get, id_of, patch, post
from pydotorg.kernel.http.paging import Listing, Page
from pydotorg.kernel.http.results import Created
from pydotorg.kernel.text.english import with_article

from . import Taxonomy, TermFilters


def routes_of(taxonomy: Taxonomy[Any]) -> tuple[HTTPRouteHandler, ...]:
    """All addresses of such a list: anybody reads it, moderators write it."""
    get_one, reads = reads_of(taxonomy)
    return (*reads, *writes_of(taxonomy, get_one))


def reads_of(taxonomy: Taxonomy[Any]) -> tuple[HTTPRouteHandler, tuple[HTTPRouteHandler, ...]]:
    """GET of one, and both reads."""
    path, shown = taxonomy.path, taxonomy.shown

    async def terms_list(db: Database, page: Page, where: TermFilters) -> Listing[Any]:
        conditions = [] if where.active is None else [taxonomy.table.active.is_(where.active)]
        return await page.of(db, taxonomy.rows(*conditions))

    async def term_get(db: Database, id: str) -> Any:
        return await taxonomy.one(db, id)

    text = f"List the {taxonomy.terms}, by their names.\n\nThose that are not active cannot be chosen any more."
    listing = described(terms_list, text, {"return": Listing[shown]})  # type: ignore[valid-type]
    text = f"Get {with_article(taxonomy.called)}, by id or slug.\n\nIts slug is what others name it by."
    getting = described(term_get, text, {"id": taxonomy.identifier, "return": shown})
    common: dict[str, Any] = {"by": anyone, "shows": taxonomy.dataset}
    get_one = get(f"{path}/{{id:str}}", id=id_of(path, "get"), **common)(getting)
    return get_one, (get(path, id=id_of(path, "list"), **common)(listing), get_one)


def writes_of(taxonomy: Taxonomy[Any], get_one: HTTPRouteHandler) -> tuple[HTTPRouteHandler, ...]:
    """POST, PATCH and DELETE, for moderators."""
    path, noun, shown = taxonomy.path, with_article(taxonomy.called), taxonomy.shown

    async def term_create(db: Database, new: Any) -> Created[Any]:
        made = await taxonomy.make(db, new)
        return Created(made, f"/api/v1{path}/{made.id}")

    async def term_change(db: Database, id: str, change: Any) -> Any:
        return await taxonomy.change(db, id, change)

    async def term_delete(db: Database, id: str) -> None:
        await taxonomy.remove(db, id)

    text = f"Make {noun}; a name is enough.\n\nIts slug follows from the name."
    types = {"new": taxonomy.new, "return": Created[shown]}  # type: ignore[valid-type]
    making = described(term_create, text, types)
    text = f"Change {noun}.\n\nIts slug stays: addresses lead to it."
    types = {"id": taxonomy.identifier, "change": taxonomy.changed, "return": shown}
    changing = described(term_change, text, types)
    text = f"Remove {noun} that is not in use.\n\nOne that is in use can be made not active."
    removing = described(term_delete, text, {"id": taxonomy.identifier})
    address, common = f"{path}/{{id:str}}", {"by": role(taxonomy.moderators), "of": get_one}
    return (
        post(path, id=id_of(path, "create"), **common)(making),  # type: ignore[arg-type]
        patch(address, id=id_of(path, "change"), **common)(changing),  # type: ignore[arg-type]
        delete(address, id=id_of(path, "delete"), **common)(removing),  # type: ignore[arg-type]
    )
