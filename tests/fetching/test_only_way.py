"""Nothing else in the service asks a host whose address somebody may have given."""

import re
from pathlib import Path

import pydotorg

PACKAGE = Path(pydotorg.__file__).parent
CLIENTS = re.compile(
    r"^\s*(?:import|from) (?:httpx|httpcore|requests|urllib3|aiohttp|urllib\.request|http\.client)\b"
    r"|from urllib import .*\brequest\b|from http import .*\bclient\b|open_connection\(|create_connection\(",
    flags=re.MULTILINE,
)
ALLOWED = {
    "kernel/fetching": "the only way out",
    "releases/importing": "a command, run by hand, reads the host that it is told to",
    "releases/publishing": "a command, run by hand, writes to the server that it is told to",
}


def test_only_what_is_named_here_speaks_to_other_hosts() -> None:
    speaking = {
        module.parent.relative_to(PACKAGE).as_posix()
        for module in PACKAGE.rglob("*.py")
        if CLIENTS.search(module.read_text("utf-8"))
    }
    assert speaking == set(ALLOWED)
