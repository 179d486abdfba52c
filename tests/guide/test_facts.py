"""What the guide says of addresses, parameters, limits and statuses is so.

Its tables of addresses, parameters, tiers and of who may what follow from the routes, that of quotas from the limits;
those of states and moves, and the drawing of them, from the table that the code moves by.
Run as a program, this file writes them anew, each under the comment that names it.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from pydotorg.app import Application
from pydotorg.events.lifecycle import LIFECYCLE as OF_EVENTS
from pydotorg.jobs.lifecycle import LIFECYCLE as OF_JOBS
from pydotorg.kernel.access import OF_EVERYBODY, ROLES_OF_SCOPE, Requirement, Role, Tier
from pydotorg.kernel.frontdoor.limits import QUOTAS, Rank
from pydotorg.kernel.http.openapi import document
from pydotorg.kernel.http.openapi import operations as routes
from pydotorg.kernel.http.operations import Operation
from pydotorg.kernel.review.lifecycle import DELETE, By, Lifecycle
from pydotorg.settings import load

from .reading import CHECKOUT, GUIDE, PAGES

JSON = dict[str, Any]
COMMAND = ".venv/bin/python -m tests.guide.test_facts"
TABLE = re.compile(
    r"^(<!-- (addresses|quotas|requirements|scopes|tiers|(?:parameters|drawing|states|moves): \w+) -->\n)"
    r"((?:\|.*\n)*(?:```mermaid\n(?:(?!```).*\n)*```\n)?)",
    re.MULTILINE,
)
ADDRESS = re.compile(r"(?:(?<=`)|(?<=http://localhost:8000))/[\w./?=&-]*(?=[`>])")
FOR_PAGES = ("limit", "offset", "currentPage", "pageSize")
HUGE = 10**9
#: what answers whoever calls an address that is there, but not for him, or not by GET
KEPT_FROM_HIM = {401, 403, 405}
#: what people submit and moderators decide on
LIFECYCLES = {"events": OF_EVENTS, "jobs": OF_JOBS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_the_tables_of_a_page_say_what_the_code_says(page: Path) -> None:
    assert text_of(page) == with_tables(text_of(page), tables()), f"`{COMMAND}` writes the tables anew"


def test_the_guide_has_every_table_or_one_with_all_its_rows() -> None:
    shown = [what for page in PAGES for _, what, _ in TABLE.findall(text_of(page))]
    assert len(shown) == len({*shown})
    rows = {what: {*table.splitlines()} for what, table in tables().items()}
    assert [what for what in rows if not any(rows[what] <= rows[each] for each in shown)] == []


def test_the_page_about_errors_knows_every_status() -> None:
    told = set(re.findall(r"^\| ([0-9]{3}) \|", text_of(GUIDE / "errors.md"), re.MULTILINE))
    assert {status for operation in operations() for status in operation["responses"]} <= told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_every_address_that_a_page_names_is_there(page: Path, server: str) -> None:
    named = set(ADDRESS.findall(re.sub(r"^```.*?^```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE)))
    answers = {address: answer_at(server + address) for address in sorted(named)}
    assert [
        address for address, answer in answers.items() if answer.is_error and answer.status_code not in KEPT_FROM_HIM
    ] == []


@cache
def answer_at(address: str) -> httpx.Response:
    """What is there, for all pages that name it: page by page, they would ask more often than one caller may."""
    return httpx.get(address)


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def with_tables(text: str, current: dict[str, str]) -> str:
    """A page with its tables as they must be."""
    return TABLE.sub(lambda found: found[1] + current.get(found[2], "There is no such table.\n"), text)


@cache
def tables() -> dict[str, str]:
    """Every table of the guide by its name."""
    own = {
        "addresses": addresses(), "quotas": quotas(), "requirements": requirements(), "scopes": scopes(),
        "tiers": tiers(),
    }  # fmt: skip
    told = {f"parameters: {name}": table for name, table in parameters().items()}
    for name, lifecycle in LIFECYCLES.items():
        told[f"drawing: {name}"] = f"```mermaid\n{lifecycle.diagram()}\n```\n"
        told |= {f"states: {name}": states(lifecycle), f"moves: {name}": moves(lifecycle)}
    return own | told


@cache
def app() -> Application:
    return Application(load({}, file=Path("no-such-file")))


@cache
def openapi() -> JSON:
    return document(app().litestar, app().domains)


def operations() -> Iterator[JSON]:
    return (operation for methods in openapi()["paths"].values() for operation in methods.values())


def addresses() -> str:
    """Every address of the API, those that the OpenAPI document leaves out included."""
    told = sorted((path, each.method, (each.fn.__doc__ or "").partition("\n")[0]) for path, each in found())
    rows = ((f"`{path}`", f"`{method}`", it.removesuffix(".")) for path, method, it in told)
    return table_of("address", "method", "what it does", rows=rows)


def found() -> Iterator[tuple[str, Operation]]:
    """Every operation, with its path, but for those of the old API, which the page about it tells in prose."""
    return ((path, each) for path, each in routes(app().litestar) if each.dialect is None)


def requirements() -> str:
    """Who may call each operation."""
    told = sorted((path, each.method, who(each.by)) for path, each in found())
    return table_of("address", "method", "who may", rows=((f"`{p}`", f"`{m}`", it) for p, m, it in told))


def who(by: Requirement) -> str:
    """Whom a requirement lets in, in a few words."""
    if by.role is not None:
        return f"the role `{by.role}`; a token also needs `{by.scope}`"
    if by.scope is not None:
        return f"who has signed in, or a token with `{by.scope}`"
    return "who has signed in; no token" if by.signed_in else "anyone"


def scopes() -> str:
    """What a token with a scope may, by the roles of its owner."""
    rows = []
    for scope, needed in ROLES_OF_SCOPE.items():
        roles = ", ".join(f"`{role}`" for role in Role if role in needed)
        rows.append((f"`{scope}`", "yes" if scope in OF_EVERYBODY else "no", roles or "none"))
    return table_of("scope", "for what is one's own", "roles that it lets use", rows=rows)


def quotas() -> str:
    """How many requests a window has, by tier and kind of caller; the widest tier first."""
    wide = sorted(QUOTAS, key=lambda tier: QUOTAS[tier][Rank.anonymous], reverse=True)
    return table_of("tier", *Rank, rows=((f"`{tier}`", *(str(QUOTAS[tier][rank]) for rank in Rank)) for tier in wide))


def tiers() -> str:
    """The tier of every operation."""
    order = list(reversed(Tier))
    told = sorted((order.index(each.tier), path, each.method, each.tier) for path, each in found())
    return table_of("address", "method", "tier", rows=((f"`{p}`", f"`{m}`", f"`{tier}`") for _, p, m, tier in told))


def parameters() -> dict[str, str]:
    """The table of parameters of each operation, by its id; those for pages, which are alike, in one of their own."""
    found: dict[str, str] = {}
    for operation in operations():
        taken = [each for each in operation["parameters"] if each["in"] == "query"]
        own = [each for each in taken if each["name"] not in FOR_PAGES]
        for name, listed in (("pages", [each for each in taken if each not in own]), (operation["operationId"], own)):
            rows = [(f"`{each['name']}`", values(each), each["description"]) for each in listed]
            if listed:
                found[name] = table_of("parameter", "value", "meaning", rows=rows)
    return found


def states(lifecycle: Lifecycle) -> str:
    """What each state means."""
    return table_of("state", "means that", rows=((f"`{state}`", means) for state, means in lifecycle.states.items()))


def moves(lifecycle: Lifecycle) -> str:
    """From where to where each move leads, whose it is, and what it is for."""
    rows = []
    for move in lifecycle.moves:
        sources = ", ".join(f"`{source}`" for source in move.sources)
        target = f"`{move.target}`" if move.target else "nothing" if move.name == DELETE else "the same"
        whose = "the clock" if move.by is By.clock else move.by.value
        rows.append((f"`{move.name}`", sources, target, whose, move.purpose.partition("\n\n")[0]))
    return table_of("move", "from", "to", "whose move", "what it does", rows=rows)


def values(parameter: JSON) -> str:
    """What a parameter may be, in a few words."""
    named = parameter["schema"].get("$ref", "").rpartition("/")[2]
    schema = openapi()["components"]["schemas"].get(named, {}) | parameter["schema"]
    if schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return f"{low} or more" if high > HUGE else f"{low} to {high}"
    if choices := [True, False] if schema["type"] == "boolean" else schema.get("enum"):
        ordered = sorted(map(said, choices), key=lambda word: (word.lstrip("-"), word))
        return ", ".join(f"`{word}`{' (default)' * (word == said(schema.get('default')))}" for word in ordered)
    examples = [parameter["example"]] if "example" in parameter else schema.get("examples", [])
    example = next(iter(examples), "")
    return f"such as `{example[0] if isinstance(example, list) else example}`" if examples else "text"


def said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def table_of(*heads: str, rows: Any) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(with_tables(text_of(each), tables()), encoding="utf-8")
