"""Makes `.venv` in this checkout from the hash-locked requirements, unless it is there and fits them.

    python3 scripts/environment.py serve    everything that any setting of the server needs
    python3 scripts/environment.py dev      the same, and what tests and checks need

It needs nothing but Python's standard library. What is whole bears a stamp, named after all that it follows from and
written last, so what was interrupted is never taken for whole: without the stamp of `serve` the environment is made
afresh; `dev` only ever adds to it, so a server that runs from it is not disturbed.
"""

import sys

if sys.version_info < (3, 11):  # any Python 3 must be able to read on to here, and read what follows without a fault
    sys.exit(
        "pydotorg needs Python 3.11 or newer, but {} is Python {}.{}.{}: "
        "name another one, as in `make serve PYTHON=python3.12`.".format(sys.executable, *sys.version_info[:3])
    )

import ast
import contextlib
import errno
import fcntl
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
RUNTIME, DEVELOPMENT, PAGES, UV = (
    CHECKOUT / "requirements" / name for name in ("runtime.txt", "development.txt", "pages.txt", "uv.txt")
)
LOCKS = {"serve": (RUNTIME, PAGES, UV), "dev": (RUNTIME, PAGES, UV, DEVELOPMENT)}
PYTHON, UV_COMMAND = VENV / "bin" / "python", VENV / "bin" / "uv"
PYTHON_VERSION = ".".join(map(str, sys.version_info[:3]))

# uv does not read pip's configuration: this is what its settings are called there.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
ENDINGS = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}
DISK_FREE_BYTES_MIN = 4 * 2**20
DISK_FULL = "the disk is full: free some space, then run this again."
HOPELESS = {
    r"No space left on device|os error 28|quota exceeded": DISK_FULL,
    r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate": "the package index shows a certificate that is not trusted "
    "here: name the file of your own authority in SSL_CERT_FILE and PIP_CERT, then run this again.",
    r"NewConnectionError|NameResolutionError|ProxyError|ConnectTimeout|ReadTimeout|Connection (refused|reset|aborted)"
    r"|Temporary failure in name resolution|Network is unreachable|error sending request|Failed to fetch": "the "
    "package index cannot be reached: check the network, the proxy in HTTPS_PROXY and pip's configuration "
    "(`pip config list`), then run this again.",
}


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.exit("usage: python3 scripts/environment.py serve|dev")
    for ending in ENDINGS - {signal.SIGINT}:
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    try:
        if not stamp(arguments[0]).exists():
            prepare(arguments[0])
    except KeyboardInterrupt:
        say("interrupted: the next run mends what this one left.")
        sys.exit(128 + signal.SIGINT)
    except OSError as error:
        stop(sentence_for(error))


def prepare(kind: str) -> None:
    if not os.access(CHECKOUT, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(CHECKOUT))
    with one_at_a_time() as lock:
        began = time.monotonic()
        installer = Installer(lock)
        if not stamp("serve").exists():
            installer.make()
            stamp("serve").touch()
        if kind == "dev" and not stamp("dev").exists():
            installer.add_development()
            stamp("dev").touch()
        say(f"ready after {time.monotonic() - began:.1f} s.")


def stamp(kind: str) -> Path:
    """Named after all that the environment follows from, so that nothing else asks for a new one."""
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    project = (pyproject["build-system"], pyproject["project"], pyproject["tool"]["hatch"])
    python = (sys.implementation.cache_tag, PYTHON_VERSION, sys.base_prefix, os.uname().machine)
    locked = [sorted(pins(lock)) for lock in LOCKS[kind]]
    checksum = hashlib.sha256(repr((str(VENV), python, project, locked)).encode()).hexdigest()
    return VENV / f"{kind}-{checksum[:16]}.whole"


@contextlib.contextmanager
def one_at_a_time() -> Iterator[int]:
    """Locks the checkout; installers inherit the lock, so it holds until the last of them has ended, however we end."""
    lock = os.open(CHECKOUT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another run is preparing it; waiting for that one.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


class Installer:
    def __init__(self, lock: int) -> None:
        self.lock = lock
        self.surroundings = surroundings()

    def make(self) -> None:
        stop_without_venv_module()
        say(f"making it with Python {PYTHON_VERSION}.")
        remove(VENV)
        # Not sys.executable, which may be the very environment that was just removed.
        python = getattr(sys, "_base_executable", sys.executable)
        self.must_run([python, "-m", "venv", str(VENV)])
        self.install_uv()
        self.install_locked(RUNTIME)
        self.install_locked(PAGES)
        self.install("--no-build-isolation", "--editable", str(CHECKOUT))

    def add_development(self) -> None:
        for outdated in VENV.glob("dev-*.whole"):
            outdated.unlink()
        additions = VENV / DEVELOPMENT.name
        additions.write_text("".join(sorted(pins(DEVELOPMENT) - pins(RUNTIME))), encoding="utf-8")
        # An installer that was interrupted may have left a package that looks installed and is not whole.
        self.install_locked(additions, "--force-reinstall")

    def install_uv(self) -> None:
        say("installing uv.")
        code, output = self.run(pip_install("--only-binary", ":all:", "--require-hashes", "-r", str(UV)))
        if code:
            stop_if_hopeless(output)
            say("uv cannot be installed here: pip does its work, more slowly.")

    def install_locked(self, lock: Path, *options: str) -> None:
        say(f"installing {len(pins(lock))} packages of {lock.name}.")
        self.install("--require-hashes", *options, "-r", str(lock))

    def install(self, *what: str) -> None:
        if UV_COMMAND.exists():
            command = [str(UV_COMMAND), "pip", "install", "--python", str(PYTHON), "--compile-bytecode", "--no-deps"]
            code, output = self.run([*command, *what], settings_for_uv())
            if not code:
                return
            stop_if_hopeless(output)
            say("uv failed: pip tries the same.")
        self.must_run(pip_install(*what))

    def must_run(self, command: list[str]) -> None:
        code, output = self.run(command)
        if code:
            stop_if_hopeless(output)
            print(*output.splitlines()[-12:], sep="\n", file=sys.stderr)
            stop(f"`{' '.join(command[1:4])}` failed; its last words stand above.")

    def run(self, command: list[str], settings: dict[str, str] | None = None) -> tuple[int, str]:
        process = None
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # until it is known whom to end with us
        try:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env={**self.surroundings, **(settings or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                pass_fds=(self.lock,),
                start_new_session=True,
            )
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
            output, _ = process.communicate()
        except OSError as error:
            return 126, str(error)
        except BaseException:
            if process:
                os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
        return process.returncode, output


def pip_install(*what: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", "install", "--no-deps", *what]


@functools.cache
def settings_for_uv() -> dict[str, str]:
    """What pip is configured to; where uv itself has settings, those hold."""
    command = [str(PYTHON), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = {"UV_SYSTEM_CERTS": "true", "UV_INDEX_STRATEGY": "unsafe-best-match"}  # as pip does; hashes keep it safe
    for section in ("global", "install", ":env:"):
        for name, value in re.findall(rf"^{section}\.([a-z-]+)=(.+)$", listed, re.MULTILINE):
            if name in UV_NAMES:
                found[UV_NAMES[name]] = ast.literal_eval(value)
    return {name: value for name, value in found.items() if name not in os.environ}


def surroundings() -> dict[str, str]:
    """Ours, without what would lead an installer elsewhere than into the environment."""
    elsewhere = {"CONDA_PREFIX", "PIP_PREFIX", "PIP_ROOT", "PIP_TARGET", "PYTHONHOME", "PYTHONPATH"}
    elsewhere |= {"UV_SYSTEM_PYTHON", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def pins(lock: Path) -> set[str]:
    """A lock's pins, each with its hashes as one text."""
    return set(re.findall(r"^[^#\s].*\n(?:\s+.*\n)*", lock.read_text(encoding="utf-8"), re.MULTILINE))


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def stop_without_venv_module() -> None:
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        stop(
            f"{sys.executable} comes without its venv module: install it (on Debian and Ubuntu `apt-get install "
            f"python3.{sys.version_info.minor}-venv`) or name another Python, as in `make serve PYTHON=python3.12`."
        )


def stop_if_hopeless(output: str) -> None:
    if shutil.disk_usage(CHECKOUT).free < DISK_FREE_BYTES_MIN:  # not every installer tells what it ran into
        stop(DISK_FULL)
    for signs, sentence in HOPELESS.items():
        if re.search(signs, output, re.IGNORECASE):
            stop(sentence)


def sentence_for(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DISK_FULL
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{error.filename} cannot be written to: make it writable for you, or take a checkout of your own."
    return f"{error}."


def say(words: str) -> None:
    print(f"The environment in .venv: {words}", file=sys.stderr, flush=True)


def stop(sentence: str) -> None:
    sys.exit(f"The environment in .venv: {sentence}")


if __name__ == "__main__":
    main(sys.argv[1:])
