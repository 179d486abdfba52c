"""How a plan is shown."""

from typing import Any

import pytest

from pydotorg.releases.artefacts import SIDECARS
from pydotorg.releases.publishing import Measured
from pydotorg.releases.publishing.answers import ChangedFile, Difference
from pydotorg.releases.publishing.plan import plan
from pydotorg.releases.publishing.table import lines

from .test_plan import DIGEST, stored

NAMES = ("Python-3.14.9.tgz", "python-3.14.9-aarch64-linux-android.tar.gz", "python-3.14.9-amd64.exe")
SIZES = (999, 31_525_240, 1_000_000_000_000)


def shown(width: int | None, difference: Difference, sidecars: tuple[str, ...] = ()) -> list[str]:
    files = [Measured(name, size, DIGEST, sidecars) for name, size in zip(NAMES, SIZES, strict=True)]
    return [*lines(plan("3.14.9", files, {}, {}), difference, width)]


FOR_A_PIPE = """\
     file                                        os       arch   kind        size       sha256    button  sidecars
add  Python-3.14.9.tgz                           source          source      999 B      01234567          sigstore
add  python-3.14.9-aarch64-linux-android.tar.gz  android  arm64  embeddable  31.5 MB    01234567          sigstore
add  python-3.14.9-amd64.exe                     windows  amd64  installer   1000.0 GB  01234567  button  sigstore
"""


def test_a_pipe_gets_a_line_a_file() -> None:
    assert shown(None, Difference(), ("sigstore_bundle_file",)) == FOR_A_PIPE.splitlines()


def test_a_narrow_terminal_gets_two_lines_a_file() -> None:
    assert shown(80, Difference(), ("sigstore_bundle_file",)) == [
        "add  Python-3.14.9.tgz",
        "    source          source      999 B      01234567          sigstore",
        "add  python-3.14.9-aarch64-linux-android.tar.gz",
        "    android  arm64  embeddable  31.5 MB    01234567          sigstore",
        "add  python-3.14.9-amd64.exe",
        "    windows  amd64  installer   1000.0 GB  01234567  button  sigstore",
    ]


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    digests = {"sha256_sum": {"before": "0" * 64, "after": DIGEST}}
    told = shown(width, Difference(changed=[ChangedFile(stored(NAMES[1]), digests)]), tuple(SIDECARS))
    assert max(map(len, told)) <= width
    assert "".join(told).replace(" ", "").endswith(f"{NAMES[1]}:sha256_sum{'0' * 64}becomes{DIGEST}")


def test_a_wide_terminal_gets_a_line_a_file() -> None:
    assert shown(200, Difference(), tuple(SIDECARS)) == shown(None, Difference(), tuple(SIDECARS))


def test_what_happens_to_a_file_stands_before_it_and_what_changes_below() -> None:
    changes: dict[str, dict[str, Any]] = {
        "sha256_sum": {"before": "0" * 64, "after": DIGEST}, "md5_sum": {"before": "a" * 32, "after": ""},
        "filesize": {"before": None, "after": 999}, "download_button": {"before": True, "after": False},
    }  # fmt: skip
    difference = Difference(
        added=[stored(NAMES[1])], changed=[ChangedFile(stored(NAMES[0]), changes)], unchanged=[NAMES[2]],
        removed=[stored("Python-3.14.9.tar.bz2", filesize=None, gpg_signature_file="x.asc", sha256_sum="")],
    )  # fmt: skip
    told = shown(None, difference)
    assert [line.split()[:2] for line in told[1:5]] == [
        ["remove", "Python-3.14.9.tar.bz2"], ["change", NAMES[0]], ["add", NAMES[1]], ["same", NAMES[2]],
    ]  # fmt: skip
    assert told[1].split() == ["remove", "Python-3.14.9.tar.bz2", "source", "source", "?", "asc"]
    assert told[5:] == [
        f"Python-3.14.9.tgz: sha256_sum {'0' * 64} becomes {DIGEST}",
        f"Python-3.14.9.tgz: md5_sum {'a' * 32} becomes nothing",
        "Python-3.14.9.tgz: filesize nothing becomes 999",
        "Python-3.14.9.tgz: download_button True becomes False",
    ]
