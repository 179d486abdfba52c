"""What bodies name: terms, as they are now."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.http.bodies import Check
from pydotorg.kernel.http.errors import Fault, Invalid

from . import Named, Taxonomy, called_so


def in_use(terms: Mapping[str, Taxonomy[Any]]) -> Mapping[str, Check]:
    """What is wrong with what members of a body name, if these are the lists: it must be in use."""
    return {member: taxonomy.not_to_choose for member, taxonomy in terms.items()}


def known(terms: Mapping[str, Taxonomy[Any]]) -> Mapping[str, Check]:
    """The same of what may be out of use."""
    return {member: taxonomy.unknown for member, taxonomy in terms.items()}


class Choosing:
    """Finds what a body names, as it is now: it may have been removed, or put out of use, since the body was read."""

    def __init__(self, db: Database, faults: Iterable[Fault] = ()) -> None:
        self.db, self.faults = db, [*faults]
        self.known: dict[str, list[Named]] = {}

    async def one(
        self, taxonomy: Taxonomy[Any], member: str, name: str, had: Collection[UUID] = ()
    ) -> UUID | None:  # fmt: skip
        """The id of what this member names; of what is not in use any more only for who `had` it."""
        if taxonomy.path not in self.known:
            self.known[taxonomy.path] = await self.db.all(taxonomy.rows())
        chosen = called_so(self.known[taxonomy.path], name)
        if chosen is not None and (chosen.active or chosen.id in had):
            return chosen.id
        self.faults.append(Fault(member, "body", await taxonomy.not_to_choose(self.db, name) or "cannot be chosen"))
        return None

    async def many(
        self, taxonomy: Taxonomy[Any], member: str, names: Iterable[str], had: Collection[UUID] = ()
    ) -> set[UUID]:  # fmt: skip
        """The ids of all that it names."""
        found = [await self.one(taxonomy, f"{member}.{place}", name, had) for place, name in enumerate(names)]
        return {id for id in found if id is not None}

    def demand_faultless(self) -> None:
        """A 422 if something cannot be chosen, or is wrong besides."""
        if self.faults:
            raise Invalid(self.faults)
