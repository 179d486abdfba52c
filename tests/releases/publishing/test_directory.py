"""What is read from a directory of artefacts."""

import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from pydotorg.releases.publishing import CannotPublish, Measured, look_into
from pydotorg.releases.publishing.directory import Directory

from .artefacts import put


def faults(directory: Path) -> list[str]:
    return [*look_into(directory).faults()]


def measured(directory: Path) -> list[Measured]:
    return look_into(directory).measure(lambda *_: None)


def test_an_artefact_has_its_size_its_digest_and_its_sidecars(tmp_path: Path) -> None:
    put(tmp_path, "Python-3.14.9.tgz", content="source")
    put(tmp_path, *(f"Python-3.14.9.tgz{suffix}" for suffix in (".spdx.json", ".asc", ".sigstore", ".sig", ".crt")))
    assert faults(tmp_path) == []
    assert measured(tmp_path) == [
        Measured(
            "Python-3.14.9.tgz", 6, sha256(b"source").hexdigest(),
            ("gpg_signature_file", "sigstore_signature_file", "sigstore_cert_file", "sigstore_bundle_file",
             "sbom_spdx2_file"),
        )
    ]  # fmt: skip


def test_a_manifest_in_json_is_no_sidecar(tmp_path: Path) -> None:
    put(tmp_path, "windows-3.14.9.json", "windows-3.14.9.json.sigstore")
    [manifest] = measured(tmp_path)
    assert (manifest.filename, manifest.sidecars) == ("windows-3.14.9.json", ("sigstore_bundle_file",))


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    put(tmp_path, "a", content="1")
    put(tmp_path, "b", content="22")
    told: list[tuple[int, int]] = []
    look_into(tmp_path).measure(lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (3, 3)]


def test_what_is_hidden_or_no_file_is_passed_over_with_the_reason(tmp_path: Path) -> None:
    put(tmp_path, "Python-3.14.9.tgz", ".DS_Store")
    put(tmp_path / "amd64", "core.msi")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to("nothing")
    (tmp_path / "endless").symlink_to("endless")
    (tmp_path / "linked.tgz").symlink_to("Python-3.14.9.tgz")
    found = look_into(tmp_path)
    no_file = dict.fromkeys(("amd64", "broken", "endless", "pipe"), "it is no regular file")
    assert found.ignored == {".DS_Store": "it is hidden", **no_file}
    assert [*found.sizes] == ["Python-3.14.9.tgz", "linked.tgz"]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    put(tmp_path, "Python-3.14.9.tgz", "Python-3.14.9.tar.xz.asc", "python 3.14.9.exe", "a" * 201)
    (tmp_path / "windows-3.14.9.json").touch()
    (tmp_path / "Python-3.14.9.tgz.sigstore").touch()
    (tmp_path / "esc\x1b[31m").write_text("x")
    (tmp_path / os.fsdecode(b"\xff")).write_text("x")
    rule = "cannot be an address: use up to 200 letters, digits and ._~+- in its name."
    assert sorted(faults(tmp_path)) == sorted([
        "Python-3.14.9.tar.xz.asc belongs to Python-3.14.9.tar.xz, which is not there.",
        "Python-3.14.9.tgz.sigstore is empty.",
        "windows-3.14.9.json is empty.",
        f"python 3.14.9.exe {rule}",
        f"{'a' * 201} {rule}",
        f"esc\N{REPLACEMENT CHARACTER}[31m {rule}",
        f"\N{REPLACEMENT CHARACTER} {rule}",
    ])  # fmt: skip


def test_a_directory_without_artefacts_has_nothing_to_publish(tmp_path: Path) -> None:
    assert faults(tmp_path) == [f"There is nothing to publish in {tmp_path}."]


@pytest.mark.parametrize(
    ("name", "said"), [("none", "There is no directory {}."), ("file", "{} cannot be read: not a directory.")]
)
def test_what_is_no_directory_is_said_to_be_none(tmp_path: Path, name: str, said: str) -> None:
    put(tmp_path, "file")
    with pytest.raises(CannotPublish) as refused:
        look_into(tmp_path / name)
    assert refused.value.reasons == (said.format(tmp_path / name),)


@pytest.fixture
def as_a_stranger() -> Iterator[Path]:
    """A directory that belongs to somebody whom rights bind, as they do not bind root."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        put(directory, "Python-3.14.9.tgz", "python-3.14.9.exe", "windows-3.14.9.json")
        for name in ("Python-3.14.9.tgz", "windows-3.14.9.json"):
            (directory / name).chmod(0)
        user = os.geteuid()
        os.seteuid(65_534 if user == 0 else user)
        yield directory
        os.seteuid(user)


def test_every_file_that_cannot_be_read_is_named(as_a_stranger: Path) -> None:
    with pytest.raises(CannotPublish) as refused:
        measured(as_a_stranger)
    assert refused.value.reasons == (
        "Python-3.14.9.tgz cannot be read: permission denied.",
        "windows-3.14.9.json cannot be read: permission denied.",
    )


def test_a_directory_that_cannot_be_read_is_named(as_a_stranger: Path) -> None:
    user = os.geteuid()
    os.seteuid(os.getuid())
    as_a_stranger.chmod(0)
    os.seteuid(user)
    with pytest.raises(CannotPublish, match="cannot be read: permission denied"):
        look_into(as_a_stranger)


def test_a_file_that_grows_meanwhile_is_not_published(tmp_path: Path) -> None:
    put(tmp_path, "Python-3.14.9.tgz")
    found = look_into(tmp_path)
    put(tmp_path, "Python-3.14.9.tgz", content="longer than it was when it was looked at")
    with pytest.raises(CannotPublish, match=r"Python-3\.14\.9\.tgz cannot be read: it changes while it is read\."):
        found.measure(lambda *_: None)


def test_of_a_file_that_vanishes_the_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotPublish, match="gone cannot be read: no such file or directory"):
        Directory(tmp_path, {"gone": 1}, {}, {}).measure(lambda *_: None)
