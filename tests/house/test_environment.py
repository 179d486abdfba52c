"""scripts/environment.py, run as `make` runs it: on a small checkout, with a Python that only notes what it is told."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import environment

SCRIPT = Path(environment.__file__)
STAND_IN = """#!/bin/sh
echo "$*" >> "{calls}"
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"config list") echo "global.index-url='https://mirror.example/simple'" ;;
  *uv.txt) [ ! -e "{checkout}/uv-here" ] || cp "$0" "{checkout}/.venv/bin/uv" ;;
esac
case "$0" in */uv) echo "uv asks $UV_DEFAULT_INDEX" >> "{calls}" ;; esac
if [ -e "{checkout}/trouble" ] && expr "$*" : ".*$(head -n 1 "{checkout}/trouble")" > /dev/null; then
  . "{checkout}/trouble.sh"
fi
"""


@dataclass
class Checkout:
    path: Path
    python: Path
    started: list[subprocess.Popen[str]]

    def start(self, kind: str, prelude: str = "") -> subprocess.Popen[str]:
        # a shell that runs the tests in its background has them ignore SIGINT, and what they start would inherit that
        code = "import signal, sys, runpy\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        code += f"sys._base_executable = {str(self.python)!r}\n{prelude}\n"
        code += f"sys.argv[1:] = [{kind!r}]\nrunpy.run_path('scripts/environment.py', run_name='__main__')"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=self.path, stderr=subprocess.PIPE, text=True)
        self.started.append(process)
        return process

    def run(self, kind: str, prelude: str = "") -> tuple[int, str]:
        process = self.start(kind, prelude)
        _, said = process.communicate(timeout=60)
        return process.returncode, said

    def calls(self) -> list[str]:
        """What Python was told since the last time that this was asked."""
        notes = self.path / "calls"
        told = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        return told

    def trouble(self, when: str, what: str) -> None:
        """When a command of this pattern comes, the shell does this."""
        (self.path / "trouble").write_text(f"{when}\n")
        (self.path / "trouble.sh").write_text(f"{what}\n")

    def no_more_trouble(self) -> None:
        (self.path / "trouble").unlink()

    def hold(self, when: str) -> None:
        self.trouble(when, f"until [ -e '{self.path}/go' ]; do sleep 0.02; done")

    def let_go(self) -> None:
        (self.path / "go").touch()

    def wait_until_told(self, words: str) -> None:
        deadline = time.monotonic() + 60
        while words not in ((self.path / "calls").read_text() if (self.path / "calls").exists() else ""):
            assert time.monotonic() < deadline, f"Python was never told {words!r}"
            time.sleep(0.01)

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text()
        assert old in text
        (self.path / name).write_text(text.replace(old, new))


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    path = tmp_path / "a checkout"
    (path / "scripts").mkdir(parents=True)
    for script in (SCRIPT, SCRIPT.with_name("locks.py")):
        shutil.copy(script, path / "scripts")
    shutil.copy(environment.CHECKOUT / "pyproject.toml", path)
    shutil.copytree(environment.RUNTIME.parent, path / "requirements")
    python = tmp_path / "python"
    python.write_text(STAND_IN.format(calls=path / "calls", checkout=path))
    python.chmod(0o755)
    started: list[subprocess.Popen[str]] = []
    yield (made := Checkout(path, python, started))
    if path.exists():
        made.let_go()
    for process in started:
        process.kill()
        process.communicate()


def first_words_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.readline()


def made_afresh(calls: list[str]) -> bool:
    return any(call.startswith("-m venv ") for call in calls)


def test_a_first_run_makes_it_and_a_second_does_nothing(checkout: Checkout) -> None:
    code, said = checkout.run("serve")
    assert code == 0
    assert "ready after" in said
    calls = checkout.calls()
    assert made_afresh(calls)
    assert all("--require-hashes" in call for call in calls if " -r " in call)
    assert all("--no-deps" in call for call in calls if " install " in call)
    assert calls[-1].endswith(f"--no-build-isolation --editable {checkout.path}")
    assert checkout.run("serve") == (0, "")
    assert checkout.calls() == []


def test_development_is_added_and_serving_needs_nothing_after_it(checkout: Checkout) -> None:
    checkout.run("serve")
    checkout.calls()
    assert checkout.run("dev")[0] == 0
    calls = checkout.calls()
    assert not made_afresh(calls)
    assert len(calls) == 1
    added = {pin.split("==")[0] for pin in environment.pins(checkout.path / ".venv" / "development.txt")}
    assert {"pytest", "mypy"} < added
    assert not added & {"litestar", "sqlalchemy", "hatchling"}
    assert checkout.run("serve") == (0, "")
    assert checkout.run("dev") == (0, "")
    assert checkout.calls() == []


def test_development_on_a_bare_checkout_brings_serving_too(checkout: Checkout) -> None:
    assert checkout.run("dev")[0] == 0
    checkout.calls()
    assert checkout.run("serve") == (0, "")


@pytest.mark.parametrize(
    ("file", "old", "new", "anew"),
    [
        ("requirements/runtime.txt", "litestar==2", "litestar==3", True),
        ("requirements/pages.txt", "flask-openapi-redoc==", "flask-openapi-redoc==9", True),
        ("requirements/development.txt", "pytest==", "pytest==9", False),
        ("requirements/runtime.txt", "# What", "# That", False),
        ("pyproject.toml", "pydotorg.cli:main", "pydotorg.cli:other", True),
        ("pyproject.toml", "line-length = 120", "line-length = 100", False),
    ],
)
def test_it_is_made_anew_only_for_what_it_follows_from(
    checkout: Checkout, file: str, old: str, new: str, anew: bool
) -> None:
    checkout.run("serve")
    checkout.calls()
    checkout.change(file, old, new)
    assert checkout.run("serve")[0] == 0
    assert made_afresh(checkout.calls()) is anew


def test_a_stamp_of_other_development_tools_does_not_come_back_to_life(checkout: Checkout) -> None:
    checkout.run("dev")
    checkout.change("requirements/development.txt", "pytest==9", "pytest==99")
    checkout.run("dev")
    checkout.change("requirements/development.txt", "pytest==99", "pytest==9")
    checkout.calls()
    assert "installing" in checkout.run("dev")[1]
    assert len(checkout.calls()) == 1


def test_a_moved_checkout_gets_an_environment_of_its_own(checkout: Checkout) -> None:
    checkout.run("serve")
    moved = Checkout(checkout.path.rename(checkout.path.with_name("moved")), checkout.python, checkout.started)
    assert "ready after" in moved.run("serve")[1]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_was_interrupted_is_made_afresh(checkout: Checkout, ending: signal.Signals) -> None:
    checkout.trouble("runtime.txt", "sleep 1; exit 0")
    process = checkout.start("serve")
    checkout.wait_until_told("runtime.txt")
    process.send_signal(ending)
    process.communicate(timeout=60)
    assert process.returncode in (128 + ending, -ending)
    assert list((checkout.path / ".venv").glob("*.whole")) == []
    (checkout.path / ".venv" / "half of a package").touch()
    checkout.no_more_trouble()
    checkout.calls()
    assert checkout.run("serve")[0] == 0
    assert made_afresh(checkout.calls())
    assert not (checkout.path / ".venv" / "half of a package").exists()


def test_an_ended_run_leaves_no_installer_behind(checkout: Checkout) -> None:
    checkout.trouble("runtime.txt", f"(sleep 1; touch '{checkout.path}/written too late') & wait")
    process = checkout.start("serve")
    checkout.wait_until_told("runtime.txt")
    process.terminate()
    process.communicate(timeout=60)
    time.sleep(1.2)
    assert not (checkout.path / "written too late").exists()


def test_the_installer_of_a_killed_run_is_waited_for(checkout: Checkout) -> None:
    checkout.hold("runtime.txt")
    killed = checkout.start("serve")
    checkout.wait_until_told("runtime.txt")
    killed.kill()
    killed.wait(timeout=60)
    second = checkout.start("serve")
    assert "waiting" in first_words_of(second)
    checkout.let_go()
    second.communicate(timeout=60)
    assert second.returncode == 0


def test_interrupted_development_leaves_serving_whole_and_is_mended(checkout: Checkout) -> None:
    checkout.run("serve")
    checkout.trouble("development.txt", "sleep 10")
    process = checkout.start("dev")
    checkout.wait_until_told("development.txt")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "interrupted" in said
    assert "Traceback" not in said
    assert checkout.run("serve") == (0, "")
    checkout.no_more_trouble()
    checkout.calls()
    assert checkout.run("dev")[0] == 0
    [call] = checkout.calls()
    assert "--force-reinstall" in call


def test_of_two_at_once_one_makes_it_and_the_other_waits(checkout: Checkout) -> None:
    checkout.hold("runtime.txt")
    first = checkout.start("serve")
    checkout.wait_until_told("runtime.txt")
    second = checkout.start("serve")
    assert "waiting" in first_words_of(second)
    checkout.let_go()
    _, said = second.communicate(timeout=60)
    assert "making" not in said
    first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert sum(call.startswith("-m venv ") for call in checkout.calls()) == 1


def test_pip_does_the_work_where_there_is_no_uv(checkout: Checkout) -> None:
    checkout.trouble("uv.txt", "echo 'ERROR: No matching distribution found for uv'; exit 1")
    code, said = checkout.run("serve")
    assert code == 0
    assert "pip does its work" in said
    assert any("-m pip install" in call and "runtime.txt" in call for call in checkout.calls())


def test_uv_asks_where_pip_is_told_to_ask(checkout: Checkout) -> None:
    (checkout.path / "uv-here").touch()
    assert checkout.run("serve")[0] == 0
    calls = checkout.calls()
    assert "uv asks https://mirror.example/simple" in calls
    assert not any("-m pip install" in call and "runtime.txt" in call for call in calls)


def test_pip_tries_again_what_uv_could_not(checkout: Checkout) -> None:
    (checkout.path / "uv-here").touch()
    checkout.trouble("pip install --python", "exit 1")
    code, said = checkout.run("serve")
    assert code == 0
    assert "pip tries the same" in said
    assert any("-m pip install" in call and "runtime.txt" in call for call in checkout.calls())


@pytest.mark.parametrize(
    ("command", "output", "sentence"),
    [
        ("uv.txt", "OSError: [Errno 28] No space left on device", r"the disk is full: .+"),
        ("runtime.txt", "error: failed to write: No space left on device (os error 28)", r"the disk is full: .+"),
        ("uv.txt", "NewConnectionError: [Errno 111] Connection refused", r"the package index cannot be reached: .+"),
        ("pages.txt", "error: Failed to fetch: dns error", r"the package index cannot be reached: .+"),
        ("uv.txt", "SSLError: CERTIFICATE_VERIFY_FAILED", r".* not trusted here: .+ SSL_CERT_FILE .+"),
        ("runtime.txt", "ERROR: do not match the hashes", r"`-m pip install` failed; .+"),
        ("venv", "Error: refused", r"`-m venv .+` failed; .+"),
    ],
)
def test_what_fails_is_told_in_one_sentence(checkout: Checkout, command: str, output: str, sentence: str) -> None:
    checkout.trouble(command, f"echo '{output}'; exit 1")
    code, said = checkout.run("serve")
    assert code == 1
    assert re.fullmatch(f"The environment in .venv: {sentence}\\.", said.splitlines()[-1])
    assert "Traceback" not in said
    assert list((checkout.path / ".venv").glob("*.whole")) == []


@pytest.mark.parametrize(
    ("prelude", "sentence"),
    [
        ("sys.version_info = (3, 9, 2, 'final', 0)", r"pydotorg needs Python 3\.11 .+ is Python 3\.9\.2: .+"),
        ("sys.modules['ensurepip'] = None", r".+ venv module: install it .+ `apt-get install python3\.\d+-venv`.+"),
        ("import os; os.access = lambda *_: False", r".+a checkout cannot be written to: .+"),
        ("import os; os.access = lambda *_: (_ for _ in ()).throw(OSError(28, ''))", r".+the disk is full: .+"),
    ],
)
def test_an_unfit_machine_is_told_what_to_do(checkout: Checkout, prelude: str, sentence: str) -> None:
    code, said = checkout.run("serve", prelude)
    assert code == 1
    assert re.fullmatch(sentence + r"\.\n", said)
    assert not (checkout.path / ".venv").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("pyproject.toml", "line-length = 120", "line-length = 100", ""),
        ("pyproject.toml", '"litestar>=2', '"litestar>=3', "runtime.txt does not fit pyproject.toml: run `make lock`."),
        ("pyproject.toml", '"pytest>=9', '"pytest>=99', "development.txt does not fit pyproject.toml"),
        (
            "requirements/runtime.txt",
            "\nlitestar==2",
            "\nlitestar==22",
            "does not pin what runtime.txt pins (litestar==22",
        ),
    ],
)
def test_locks_that_no_longer_fit_are_found(checkout: Checkout, file: str, old: str, new: str, complaint: str) -> None:
    checkout.change(file, old, new)
    command = [sys.executable, "scripts/locks.py", "check"]
    found = subprocess.run(command, cwd=checkout.path, capture_output=True, text=True, check=False)
    assert found.returncode == (1 if complaint else 0)
    assert complaint in found.stderr


def test_any_python_3_can_read_it_as_far_as_its_sentence() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_nothing_leads_the_installers_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONPATH", "VIRTUAL_ENV", "PIP_TARGET", "UV_SYSTEM_PYTHON"):
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    kept = environment.surroundings()
    assert "elsewhere" not in kept.values()
    assert kept["HTTPS_PROXY"] == "http://127.0.0.1:3128"
    assert kept["PATH"] == os.environ["PATH"]


def test_without_a_registry_it_says_so_and_leaves_nothing_that_passes_for_whole(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.python = Path(sys._base_executable)  # type: ignore[attr-defined]
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    code, said = checkout.run("serve")
    assert code == 1
    assert "the package index cannot be reached" in said.splitlines()[-1]
    assert list((checkout.path / ".venv").glob("*.whole")) == []
