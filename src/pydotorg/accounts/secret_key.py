"""The key that signs access tokens: from the settings, or made once beside the database, for its owner's eyes only."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from pydotorg.settings import SECRET_CHARACTERS_MIN, Settings

NAME = "pydotorg.secret-key"
OTHERS = 0o077  # who reads it can sign in as anybody


class UnusableKey(Exception):
    """The file of the key cannot be used; its text is one sentence that says why."""


def secret_key(settings: Settings) -> str:
    """The key of this installation; whoever needs it first makes it, and all who start at once agree on one."""
    if settings.secret_key is not None:
        return settings.secret_key
    file = Path(settings.database_url.partition("://")[2].removeprefix("/")).absolute().parent / NAME
    with suppress(FileExistsError):
        if not file.exists():
            _make(file)
    try:
        others_can_read, key = file.stat().st_mode & OTHERS, file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableKey(f"The secret key in {file} cannot be read; mend it, or set PYDOTORG_SECRET_KEY.") from error
    if others_can_read:
        raise UnusableKey(f"The secret key in {file} is open to others; `chmod 600` it, or set PYDOTORG_SECRET_KEY.")
    if len(key) < SECRET_CHARACTERS_MIN:
        raise UnusableKey(f"The secret key in {file} is too short; delete it, or set PYDOTORG_SECRET_KEY.")
    return key


def _make(file: Path) -> None:
    """Make it whole, or not at all; raises FileExistsError if somebody else was faster."""
    try:
        handle, name = mkstemp(dir=file.parent, prefix=f".{NAME}-")  # mode 0600
        try:
            with os.fdopen(handle, "w") as opened:
                opened.write(secrets.token_urlsafe(48) + "\n")
            os.link(name, file)  # unlike a rename, it never takes another's place
        finally:
            Path(name).unlink()
    except FileExistsError:
        raise
    except OSError as error:
        raise UnusableKey(
            f"No secret key can be written beside the database in {file.parent} ({error.strerror}); "
            "set PYDOTORG_SECRET_KEY."
        ) from error
