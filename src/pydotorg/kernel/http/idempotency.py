"""Writes that may be repeated (draft-ietf-httpapi-idempotency-key-header): who asks again is answered again.

The answer is kept in the transaction of what it tells of, so it is there exactly if that is: whoever lost his
connection, or was told of an error, sends the same request with the same key, and nothing is made twice.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from litestar.response.base import ASGIResponse
from msgspec import Struct
from sqlalchemy import Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from pydotorg.kernel import clock
from pydotorg.kernel.database.columns import Base, Members, private
from pydotorg.kernel.database.engine import try_turn_for
from pydotorg.kernel.database.transaction import Database
from pydotorg.kernel.tasks.declaring import task
from pydotorg.kernel.tasks.schedule import Scheduled

from .errors import BadRequest, Conflict, Fault, Invalid

LIFETIME = timedelta(hours=24)
KEY = re.compile(rb"[\x20-\x7e]{1,255}")
FIELD = "Idempotency-Key"


class KeptAnswer(Base):
    """What was answered to a request that its sender may repeat."""

    __tablename__ = "kept_answer"
    __table_args__ = (Index("kept_answer_created_at", "created_at"), private(audited=False))

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the path and the key
    fingerprint: Mapped[str] = mapped_column(String(64))  # of the rest of the request
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(Members)
    body: Mapped[str]
    created_at: Mapped[datetime]


class Attempt(Struct, frozen=True):
    """A request with a key, by this account: one of several perhaps, of which one is carried out."""

    account: UUID
    digest: str
    fingerprint: str

    async def answered(self, db: Database) -> ASGIResponse | None:
        """The answer to an earlier attempt; a 409 while one is carried out elsewhere."""
        if not await try_turn_for(db, f"{self.account} {self.digest}"):
            raise _runs_still()
        columns = select(KeptAnswer.fingerprint, KeptAnswer.status, KeptAnswer.headers, KeptAnswer.body)
        is_this = (KeptAnswer.account_id == self.account, KeptAnswer.digest == self.digest)
        kept = await db.fetch(columns.where(*is_this, KeptAnswer.created_at > clock.now() - LIFETIME))
        if not kept:
            await db.execute(delete(KeptAnswer).where(*is_this))  # one of yesterday
            return None
        fingerprint, status, headers, body = tuple(kept[0])
        if fingerprint != self.fingerprint:
            raise Invalid([Fault(FIELD, "request", "was sent with another request; take a new one for each")])
        return ASGIResponse(body=body.encode(), status_code=status, headers=headers)

    async def keep(self, db: Database, answer: ASGIResponse) -> None:
        """Keep the answer for whoever asks again."""
        row = {
            "account_id": self.account, "digest": self.digest, "fingerprint": self.fingerprint,
            "status": answer.status_code, "headers": dict(answer.headers),
            "body": bytes(answer.body).decode(), "created_at": clock.now(),
        }  # fmt: skip
        await db.execute(insert(KeptAnswer), [row])


class Attempts:
    """The attempts that this process carries out just now."""

    def __init__(self) -> None:
        self.running: set[tuple[UUID, str]] = set()

    @contextmanager
    def begin(self, account: UUID, path: str, key: bytes, query: bytes, body: bytes) -> Iterator[Attempt]:
        """One attempt, for as long as the block runs; a 409 if another with its key does."""
        if not KEY.fullmatch(key):
            raise BadRequest([Fault(FIELD, "request", "must have 1 to 255 characters of ASCII")])
        attempt = Attempt(account, _digest(path.encode(), key), _digest(query, _canonical(body)))
        running = attempt.account, attempt.digest
        if running in self.running:
            raise _runs_still()
        self.running.add(running)
        try:
            yield attempt
        finally:
            self.running.discard(running)


def _runs_still() -> Conflict:
    return Conflict(
        "A request with this Idempotency-Key is being carried out; ask again in a moment.", headers={"Retry-After": "1"}
    )


def _digest(*parts: bytes) -> str:
    return sha256(b"\n".join(parts)).hexdigest()


def _canonical(body: bytes) -> bytes:
    """The same JSON in the same bytes, whatever its spaces and the order of its members; a form, as it is."""
    try:
        return msgspec.json.encode(msgspec.json.decode(body), order="deterministic")
    except msgspec.DecodeError:
        return body


async def forget(db: Database, account: UUID) -> None:
    """Forget what this account was answered."""
    await db.execute(delete(KeptAnswer).where(KeptAnswer.account_id == account))


class Forgetting(Struct):
    """What nobody can ask for any more."""


@task("idempotency.forgetting", in_transaction=True)
async def forget_past(db: Database, _: Forgetting) -> None:
    """Drop answers that are older than a day."""
    await db.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= clock.now() - LIFETIME))


schedule = (Scheduled("47 * * * *", forget_past),)
