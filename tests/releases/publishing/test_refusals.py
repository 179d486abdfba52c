"""What a release manager is told when something is wrong: one sentence each, exit status 1, nothing half written."""

import socket
from pathlib import Path
from typing import Any

import pytest

from .artefacts import put
from .conftest import Publish
from .scripted import Answer, Scripted, error, success

#: a release that is not there, and whom else that is told
NEW = [error(404), success([])]
NEEDED = "it needs the scope releases:write, and its owner the role release_manager."
CHANGED = "The release has been changed meanwhile, so nothing is written; run the command again to see what it is now."
NO_TOKEN = "PYDOTORG_TOKEN is not set; `pydotorg tokens create USER --name publish --scope releases:write` makes one."
STORED: dict[str, Any] = {
    "id": "0199", "name": "Python 3.14.9", "slug": "python-3149", "version": "3.14.9", "is_published": True,
    "files": [],
}  # fmt: skip
TEXTS = (
    "name", "os", "arch", "kind", "description", "url", "md5_sum", "sha256_sum", "gpg_signature_file",
    "sigstore_signature_file", "sigstore_cert_file", "sigstore_bundle_file", "sbom_spdx2_file",
)  # fmt: skip
NOTHING = success({"added": [], "changed": [], "removed": [], "unchanged": []})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(401, "These credentials are not valid."),
         "The token in PYDOTORG_TOKEN is not accepted: These credentials are not valid."),
        (error(403), f"The token in PYDOTORG_TOKEN may not do this: {NEEDED}"),
        (error(409, "Python 3.14.9 is that of python-314-9."), "Python 3.14.9 is that of python-314-9."),
        (error(413, "The body is larger than 1 MiB."),
         "There is too much to publish at once: The body is larger than 1 MiB."),
        (error(429, headers={"Retry-After": "17"}), "There were too many requests; try again in 17 seconds."),
        (error(500, "This is our fault. If you report it, quote 0."),
         "{} answered 500 Internal Server Error: This is our fault. If you report it, quote 0."),
        (error(503, "The database cannot be reached; try again in a moment."),
         "{} answered 503 Service Unavailable: The database cannot be reached; try again in a moment."),
        (error(418, "\x1b[31mred\n"), "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"),
        (Answer(502, b"<html>Bad gateway</html>"),
         "{} answered 502 Bad Gateway, and not as a pydotorg does; is --server right?"),
        (Answer(307, headers={"Location": "https://example.org/api/v1/releases"}),
         "{} redirects to https://example.org/api/v1/releases; name that address with --server if you trust it."),
        (Answer(200, b"<html>Welcome</html>"), "{} does not answer as a pydotorg does; is --server right?"),
        (success([]), "{} does not answer as a pydotorg does; is --server right?"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [[], NEW], ids=["first", "later"])
def test_each_answer_of_a_server_has_its_sentence(
    publish: Publish, directory: Path, scripted: Scripted, before: list[Answer], answer: Answer, said: str
) -> None:
    scripted.answers.extend([*before, answer])
    done = publish(directory, "3.14.9", server=scripted.address)
    assert (done.status, done.complaint) == (1, f"pydotorg: {said.format(scripted.address)}\n")
    assert len(scripted.asked) == len(before) + 1


@pytest.mark.parametrize("body", [b"<html>Not found</html>", b'{"detail": "Not Found"}', b"\xff"])
def test_a_404_of_another_program_does_not_mean_that_the_release_is_new(
    publish: Publish, directory: Path, scripted: Scripted, body: bytes
) -> None:
    scripted.answers.append(Answer(404, body))
    said = f"{scripted.address} answered 404 Not Found, and not as a pydotorg does; is --server right?"
    assert publish(directory, "3.14.9", server=scripted.address).refusal == said


def test_every_fault_is_told_with_the_name_of_its_file(publish: Publish, directory: Path, scripted: Scripted) -> None:
    faults = [
        {"field": "files.1.url", "source": "body", "message": "must be an address"},
        {"field": "files.0", "source": "body", "message": "is unwell"},
        {"field": "version", "source": "body", "message": "is planned otherwise"},
        {"field": "files.7.os", "source": "body", "message": "is unknown"},
    ]
    scripted.answers.extend([*NEW, error(422, errors=faults)])
    done = publish(directory, "3.14.9", server=scripted.address)
    assert (done.status, done.complaint.splitlines()) == (1, [
        "pydotorg: python-3.14.9-amd64.exe: url must be an address.",
        "Python-3.14.9.tgz: is unwell.",
        "version is planned otherwise.",
        "files.7.os is unknown.",
    ])  # fmt: skip


def test_a_reason_that_is_missing_leads_to_the_option(publish: Publish, directory: Path, scripted: Scripted) -> None:
    fault = {"field": "reason", "source": "body", "message": "is required"}
    scripted.answers.extend([success(STORED, ETag='"1"'), error(422, errors=[fault])])
    said = "A reason is required; give it with --reason."
    assert publish(directory, "3.14.9", server=scripted.address).refusal == said


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (error(404), "The release is not there any more; run the command again."),
        (error(412), CHANGED),
    ],
)  # fmt: skip
def test_what_happens_to_a_release_meanwhile_is_told(
    publish: Publish, directory: Path, scripted: Scripted, answer: Answer, said: str
) -> None:
    added = success({"added": [], "removed": [], "unchanged": [], "changed": []})
    scripted.answers.extend([success({**STORED, "is_published": False}, ETag='"1"'), added, answer])
    done = publish(directory, "3.14.9", server=scripted.address)
    assert (done.status, done.complaint) == (1, f"pydotorg: {said}\n")
    assert [each.headers.get("if-match") for each in scripted.asked] == [None, '"1"', '"1"']


def test_a_broken_connection_leads_to_the_same_command_again(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    scripted.answers.extend([*NEW, Answer(0), *NEW, success(STORED, 201), success(STORED)])
    done = publish(directory, "3.14.9", server=scripted.address)
    assert done.status == 1
    assert "Whether it is published is not known; run the command again: what is written once" in done.complaint
    assert publish(directory, "3.14.9", server=scripted.address).status == 0
    first, second = (each for each in scripted.asked if each.method == "POST")
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_another_content_has_another_key(publish: Publish, directory: Path, scripted: Scripted) -> None:
    scripted.answers.extend([*NEW, success(STORED, 201), success(STORED)] * 2)
    publish(directory, "3.14.9", server=scripted.address)
    put(directory, "Python-3.14.9.tgz", content="another")
    publish(directory, "3.14.9", server=scripted.address)
    first, second = (each.headers["idempotency-key"] for each in scripted.asked if each.method == "POST")
    assert first != second


def test_a_release_that_was_made_and_deleted_is_made_again(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    again = {**STORED, "id": "0200"}
    scripted.answers.extend([*NEW, success(STORED, 201), error(404), success(again, 201), success(again)])
    assert publish(directory, "3.14.9", server=scripted.address).status == 0
    first, second = (each for each in scripted.asked if each.method == "POST")
    assert first.body == second.body
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


def test_a_server_that_is_not_there_is_said_to_be_away(publish: Publish, directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    refused = publish(directory, "3.14.9", server=address).refusal
    assert refused.startswith(f"{address} cannot be reached (")
    assert refused.endswith(" Connection refused); does it run there?")


def test_the_token_goes_to_this_server_only(publish: Publish, directory: Path, scripted: Scripted) -> None:
    scripted.answers.append(Answer(302, headers={"Location": f"{scripted.address}/elsewhere"}))
    publish(directory, "3.14.9", server=scripted.address, token="pydotorg_secret\n")
    [asked] = scripted.asked
    assert asked.headers["authorization"] == "Bearer pydotorg_secret"


def test_no_proxy_sees_a_token_in_the_clear(
    publish: Publish, directory: Path, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, scripted.address)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert "cannot be reached" in publish(directory, "3.14.9", server=address).refusal
    assert scripted.asked == []


def test_a_path_before_the_api_and_the_api_itself_are_understood(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    for path in ("/", "/mirror", "/mirror/api/v1/"):
        scripted.answers.append(error(401))
        publish(directory, "3.14.9", server=scripted.address + path)
    asked = [each.path for each in scripted.asked]
    assert asked == ["/api/v1/releases/3.14.9", *["/mirror/api/v1/releases/3.14.9"] * 2]


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("http://example.org", "--server must be an https address, or the token could be read: https://example.org."),
        ("http://10.0.0.1:8000", "--server must be an https address, or the token could be read: https://10.0.0.1."),
        *((address, "--server must be an https address without user name and query: https://www.example.org.")
          for address in ("localhost:8000", "ftp://localhost", "https://", "https://a:b@example.org",
                          "https://example.org?x=1", "https://example.org:99999", "nonsense")),
    ],
)  # fmt: skip
def test_an_address_to_which_no_token_is_sent(publish: Publish, directory: Path, server: str, said: str) -> None:
    assert publish(directory, "3.14.9", server=server).refusal == said


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", NO_TOKEN),
        (" \n", NO_TOKEN),
        ("two words", "PYDOTORG_TOKEN is no token: it must be one word."),
        ("tökén", "PYDOTORG_TOKEN is no token: it must be one word."),
    ],
)  # fmt: skip
def test_without_a_token_nothing_is_asked(
    publish: Publish, directory: Path, scripted: Scripted, token: str, said: str
) -> None:
    assert publish(directory, "3.14.9", server=scripted.address, token=token).refusal == said
    assert scripted.asked == []


def test_every_fault_of_a_directory_is_told_before_anybody_is_asked(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    put(directory, "Python-3.14.8.tgz", "Python-3.14.9.tar.xz.asc", ".DS_Store")
    (directory / "windows-3.14.9.json").touch()
    done = publish(directory, "3.14.9", server=scripted.address)
    assert (done.status, done.printed, done.complaint.splitlines()) == (1, "", [
        ".DS_Store is ignored: it is hidden.",
        "pydotorg: windows-3.14.9.json is empty.",
        "Python-3.14.9.tar.xz.asc belongs to Python-3.14.9.tar.xz, which is not there.",
        "Python-3.14.8.tgz is of version 3.14.8, not 3.14.9.",
    ])  # fmt: skip
    assert scripted.asked == []


def test_without_a_terminal_every_unknown_file_is_named(publish: Publish, directory: Path, scripted: Scripted) -> None:
    put(directory, "python-3.14.9-wasi.zip", "python-3.14.9-macos26.pkg")
    scripted.answers.extend(NEW)
    done = publish(directory, "3.14.9", server=scripted.address)
    assert (done.status, done.printed, done.complaint.splitlines()) == (1, "", [
        "pydotorg: python-3.14.9-macos26.pkg is of no kind that is known; run this on a terminal to be asked.",
        "python-3.14.9-wasi.zip is of no kind that is known; run this on a terminal to be asked.",
    ])  # fmt: skip


def test_what_is_published_does_not_become_a_draft(publish: Publish, directory: Path, scripted: Scripted) -> None:
    scripted.answers.append(success(STORED))
    said = "Python 3.14.9 is published already; leave out --draft to change its files."
    assert publish(directory, "3.14.9", "--draft", server=scripted.address).refusal == said


def test_a_dry_run_asks_for_nothing_but_what_would_change(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    scripted.answers.extend([success(STORED), NOTHING, *NEW])
    for _ in range(2):
        assert publish(directory, "3.14.9", "--dry-run", server=scripted.address).status == 0
    asked = [(each.method, each.path) for each in scripted.asked]
    found = ("GET", "/api/v1/releases/3.14.9")
    may_write = ("GET", "/api/v1/releases?is_published=false&limit=1")
    assert asked == [found, ("PUT", "/api/v1/releases/0199/files?dry_run=true"), found, may_write]


def test_without_a_terminal_published_files_do_not_go_unless_that_is_said(
    publish: Publish, directory: Path, scripted: Scripted
) -> None:
    file = {"filename": "Python-3.14.9.zip", **dict.fromkeys(TEXTS, ""), "filesize": 1, "download_button": False}
    removed = success({"added": [], "changed": [], "removed": [file], "unchanged": []})
    scripted.answers.extend([success(STORED), removed])
    done = publish(directory, "3.14.9", server=scripted.address)
    said = "Python 3.14.9 is published and would lose Python-3.14.9.zip; say --yes if it may."
    assert (done.status, done.complaint) == (1, f"pydotorg: {said}\n")
    assert scripted.asked[-1].path.endswith("?dry_run=true")
    for stored, options in ((STORED, ["--yes"]), ({**STORED, "is_published": False}, [])):
        scripted.answers.extend([success(stored), removed, removed])
        assert publish(directory, "3.14.9", *options, server=scripted.address).status == 0


@pytest.mark.parametrize("version", ["3.14", "v3.14.9"])
def test_a_version_is_looked_at_first(publish: Publish, directory: Path, version: str) -> None:
    assert publish(directory, version).status == 1


def test_help_says_what_it_needs(publish: Publish, directory: Path) -> None:
    helped = publish(directory, "3.14.9", "--help").answer
    assert "PYDOTORG_TOKEN" in helped
    assert all(option in helped for option in ("--server", "--draft", "--reason", "--dry-run", "--yes"))
