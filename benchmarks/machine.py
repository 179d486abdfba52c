"""What it is measured on, and whether that can be done here."""

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from .processes import CannotMeasure

#: programs, and the Debian packages that bring them
PROGRAMS = {"wrk": "wrk", "nginx": "nginx-light", "taskset": "util-linux"}
CORES_MIN = 2
PACKAGES = ("pydotorg", "uvicorn", "uvloop", "httptools", "litestar", "msgspec", "sqlalchemy", "aiosqlite", "asyncpg")


def demand_programs() -> None:
    """Raise one sentence that says what is missing."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        raise CannotMeasure(f"Install {', '.join(missing)} first: apt install {' '.join(missing)} on Debian.")


def demand_cores() -> None:
    """The server has one of its own, and so has the load."""
    if not Path("/proc/self/schedstat").exists():
        raise CannotMeasure("Only on Linux can be read what a request costs: there is no /proc/self/schedstat here.")
    if len(os.sched_getaffinity(0)) < CORES_MIN:
        raise CannotMeasure("The server and the load need a core each, and this process has only one.")


def facts() -> dict[str, str]:
    """The machine and the versions, as lines of a table."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return {
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "operating system": f"{distribution()}, Linux {platform.release()}",
        "Python": f"{platform.python_version()}, {platform.python_implementation()}",
        "packages": packages,
        "nginx": number(["nginx", "-v"]),
        "wrk": number(["wrk", "-v"]),
    }


def processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return "unknown"


def number(command: list[str]) -> str:
    """The version that a program tells, wherever it tells it."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"
