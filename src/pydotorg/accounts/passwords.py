"""Passwords: which are good enough, and how they are kept (argon2id, with OWASP's parameters).

Hashing takes 20 ms of a processor on purpose. So one thread does it, beside the event loop, and who would have to wait
too long for it is sent away before.
"""

import os
import re
import sys
import threading
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import argon2

from pydotorg.kernel.http.errors import Fault, Invalid, Unavailable
from pydotorg.kernel.one_thread import OneThread, TooManyWait

CHARACTERS_MIN, CHARACTERS_MAX = 12, 1000
WAITING_MAX = 100  # two seconds
HASHING_NICENESS = 10
SCORE_MIN = 3  # of zxcvbn's 4: safe against somebody who has the hashes
#: judging takes a processor all the longer, up to a second at 72, and nothing else runs meanwhile
JUDGED_CHARACTERS = 20
#: nobody's: what is compared where there is nobody, so that it takes as long
DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$IAGFVG12FObE5A4diZBZFA$LmoeYE8dIVrcfuGL+EdDq1XZ8kvbzv8sS/S79foj2fg"

Result = TypeVar("Result")
_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def demand_long(password: str) -> None:
    """Refuse a password that is too short, or too long."""
    if len(password) < CHARACTERS_MIN:
        raise _refused(f"must have at least {CHARACTERS_MIN} characters")
    if len(password) > CHARACTERS_MAX:
        raise _refused(f"must have at most {CHARACTERS_MAX} characters")


def demand_good(password: str, *about: str) -> None:
    """Refuse a password that is short or easy to guess, for somebody about whom others know this."""
    demand_long(password)
    from zxcvbn_rs_py import zxcvbn  # 4 MB, for who chooses a password

    known = [part for word in about for part in (word, *re.split(r"[@._+-]", word)) if part]
    found = zxcvbn(password[:JUDGED_CHARACTERS], known)
    if int(found.score) < SCORE_MIN:
        reason = found.feedback and found.feedback.warning
        told = f": {in_words(str(reason))}" if reason else ""
        raise _refused(f"is easy to guess{told}; longer is better, several words will do")


def in_words(warning: str) -> str:
    """A warning of zxcvbn (`This is a very common password.`) as part of a sentence."""
    return warning[:1].lower() + warning[1:].removesuffix(".")


def _refused(message: str) -> Invalid:
    return Invalid([Fault("password", "body", message)], f"The password {message}.")


class Passwords:
    """Hashes passwords, one after the other."""

    def __init__(self) -> None:
        self.thread = OneThread("passwords", WAITING_MAX, _let_others_go_first)

    async def hashed(self, password: str) -> str:
        """What is stored of a password."""
        return await self._in_turn(partial(_hasher.hash, _same(password)))

    async def match(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password; as slowly where there is none."""
        matches = await self._in_turn(partial(_verify, password_hash or DUMMY, _same(password)))
        return matches and password_hash is not None

    async def renewed(self, password_hash: str, password: str) -> str:
        """What is stored of a password: anew, if that was made with other parameters than we take today."""
        return await self.hashed(password) if _hasher.check_needs_rehash(password_hash) else password_hash

    def close(self) -> None:
        """End the thread, when what it does is done."""
        self.thread.close()

    async def _in_turn(self, work: Callable[[], Result]) -> Result:
        try:
            return await self.thread.do(work)
        except TooManyWait as error:
            raise Unavailable("Too many people sign in at this moment; try again in a few seconds.") from error


def _let_others_go_first() -> None:
    """On Linux, where each thread has a priority of its own: answers that are ready need not wait for this one."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), HASHING_NICENESS)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except argon2.exceptions.VerificationError:
        return False
    except argon2.exceptions.InvalidHashError:
        return False


def _same(password: str) -> str:
    """The same for all ways to type it (NIST SP 800-63B 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
