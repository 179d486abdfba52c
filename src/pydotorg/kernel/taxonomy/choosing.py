"""What bodies name: terms, as they are now."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Check, Part, said
from pydotorg.kernel.http.errors import Fault

from . import Taxonomy, called_so


def in_use(terms: Mapping[str, Taxonomy[Any]]) -> Mapping[str, Check]:
    """What is wrong with what members of a body name, if these are the lists: it must be in use."""
    return {member: taxonomy.not_to_choose for member, taxonomy in terms.items()}


def known(terms: Mapping[str, Taxonomy[Any]]) -> Mapping[str, Check]:
    """The same of what may be out of use."""
    return {member: taxonomy.unknown for member, taxonomy in terms.items()}


async def named_in(
    db: Database, body: Part, terms: Mapping[str, Taxonomy[Any]], had: Collection[UUID | None]
) -> tuple[dict[str, Any], list[Fault]]:  # fmt: skip
    """The ids of what members of a body name, if these are the lists; and what is wrong, if anything is.

    That is one id or, of a member that names several, a set; None is None. Things are looked up as they are now: since
    the body was read, one may have been removed, or put out of use, when only who `had` it keeps it.
    """
    ids, faults = dict[str, Any](), list[Fault]()
    for member, names in said(body, terms).items():
        if names is None:
            ids[member] = None
        elif isinstance(names, str):
            found = await _chosen(db, terms[member], {member: names}, had, faults)
            ids[member] = found[0] if found else None
        else:
            asked = {f"{member}.{place}": name for place, name in enumerate(names)}
            ids[member] = {*await _chosen(db, terms[member], asked, had, faults)}
    return ids, faults


async def _chosen(
    db: Database, taxonomy: Taxonomy[Any], asked: Mapping[str, str], had: Collection[UUID | None], faults: list[Fault]
) -> list[UUID]:  # fmt: skip
    """The ids of what is named at these places of a body, but for what cannot be chosen."""
    known, found = await db.all(taxonomy.rows()) if asked else [], list[UUID]()
    for place, name in asked.items():
        chosen = called_so(known, name)
        if chosen is not None and (not chosen.refusal or chosen.id in had):
            found.append(chosen.id)
        else:
            faults.append(Fault(place, "body", await taxonomy.not_to_choose(db, name) or "cannot be chosen"))
    return found
