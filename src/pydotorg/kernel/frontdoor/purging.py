"""PURGE: an address is forgotten on every worker of every host, if a release manager says so.

What is stored is never outdated here, so this is for the peace of mind of programs that purge after a release. Workers
share nothing but the database; what they all heed is the revision of a dataset. It moves, and with it ends every
answer that was computed from what this address shows: more than was asked for, which costs each of them one
computation, and certain.
"""

from collections.abc import Callable

from pydotorg.kernel.access import ANONYMOUS, Caller, Role, Tier
from pydotorg.kernel.database.engine import is_away
from pydotorg.kernel.database.revisions import revise
from pydotorg.kernel.database.transaction import Database, Transactions
from pydotorg.kernel.http.edge import Scope
from pydotorg.kernel.http.errors import TooManyRequests

from .admission import Admission

#: on which datasets depends what is stored of a path
Shown = Callable[[str], tuple[str, ...]]


class Purging:
    """Does it for release managers. Whoever shows no credentials is not even counted: nothing is done for him."""

    def __init__(self, admission: Admission, transactions: Transactions, shown: Shown) -> None:
        self.admission, self.transactions, self.shown = admission, transactions, shown

    async def __call__(self, scope: Scope) -> None:
        if b"authorization" not in scope["given"]:
            return
        scope["operation"] = "purge"
        try:
            await self._purge(scope)
        except Exception as error:
            # whoever asks too often, or while there is no revision to move, is answered all the same
            if not (isinstance(error, TooManyRequests) or is_away(error)):
                raise

    async def _purge(self, scope: Scope) -> None:
        identity, limits = await self.admission.identity(scope), self.admission.limits
        if limits is not None:
            await self.admission.count(scope, identity or ANONYMOUS, limits.allowance(ANONYMOUS, Tier.high))
        datasets = self.shown(scope["path"])
        if identity is not None and datasets and Caller(identity).has(Role.release_manager):

            async def work(db: Database) -> None:
                await revise(db, datasets)

            await self.transactions.write(work)
