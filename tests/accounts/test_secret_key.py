"""The key that signs access tokens: made once, read by its owner only, and missed before the first sign-in."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pydotorg import preparation
from pydotorg.accounts.secret_key import NAME, UnusableKey, secret_key
from pydotorg.preparation import CannotStart
from tests.conftest import configured

Spoil = Callable[[Path], object]


def key_beside(folder: Path) -> str:
    return secret_key(configured(f"sqlite:///{folder}/pydotorg.db"))


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = key_beside(tmp_path)
    assert len(key) >= 64
    assert key_beside(tmp_path) == key
    assert [file.name for file in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600


def test_all_who_start_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(key_beside, [tmp_path] * 32))) == 1
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_key_that_is_set_needs_no_file(tmp_path: Path) -> None:
    settings = configured(f"sqlite:///{tmp_path}/pydotorg.db", PYDOTORG_SECRET_KEY="tests-" * 8)
    assert secret_key(settings) == "tests-" * 8
    assert [*tmp_path.iterdir()] == []


def into_a_directory(file: Path) -> None:
    file.unlink()
    file.mkdir(0o700)


SPOILT: dict[str, tuple[Spoil, str]] = {
    "open": (lambda file: file.chmod(0o640), "is open to others; `chmod 600` it, or set PYDOTORG_SECRET_KEY."),
    "short": (lambda file: file.write_text("short\n"), "is too short; delete it, or set PYDOTORG_SECRET_KEY."),
    "binary": (lambda file: file.write_bytes(b"\xff" * 64), "cannot be read; mend it, or set PYDOTORG_SECRET_KEY."),
    "a directory": (into_a_directory, "cannot be read; mend it, or set PYDOTORG_SECRET_KEY."),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT)
def test_a_key_that_cannot_be_used_is_one_sentence_at_the_start(tmp_path: Path, spoil: Spoil, said: str) -> None:
    settings = configured(f"sqlite:///{tmp_path}/pydotorg.db", PYDOTORG_SEED="never")
    preparation.prepare(settings)
    spoil(tmp_path / NAME)
    with pytest.raises(CannotStart) as refused:
        preparation.prepare(settings)
    sentence = refused.value.format_message()
    assert sentence.startswith(f"The secret key in {tmp_path / NAME} {said}")
    assert "\n" not in sentence


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_key_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UnusableKey, match="No secret key can be written beside the database"):
        key_beside(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        UnusableKey, match=r"No secret key can be written .*no such .* \(No such file or directory\); set"
    ):
        key_beside(tmp_path / "no such folder")
