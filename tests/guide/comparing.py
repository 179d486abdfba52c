"""What a page shows against what was printed. A `…` in a page stands for what it leaves out.

In text, `…` on a line of its own stands for any lines, elsewhere for any part of a line. In JSON, where white space and
the order of members do not count, it stands for any value, for further members or items, or for a part of a string.
"""

import json
import re
from typing import Any

REST = "…"
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}:,…]|[^][{}:,…"\s]+')


def differs(kind: str, shown: str, printed: str) -> str | None:
    """Why what was printed is not what the page shows; None if it is."""
    try:
        alike = fits(pattern(shown), json.loads(printed)) if kind == "json" else text_fits(shown, printed)
    except ValueError as error:
        return f"{error}, in the page:\n{shown}\nor in what was printed:\n{printed}"
    return None if alike else f"The page shows:\n{shown}\nPrinted was:\n{printed}"


def pattern(shown: str) -> Any:
    """A page's JSON, as a value in which "…" stands for what is left out."""
    written: list[str] = []
    inside: list[str] = []
    for token in TOKEN.findall(shown):
        if token in ("{", "["):
            inside.append(token)
        elif token in ("}", "]") and inside:
            inside.pop()
        is_member = token == REST and inside[-1:] == ["{"] and written[-1] != ":"
        written.append('"…": "…"' if is_member else '"…"' if token == REST else token)
    return json.loads(" ".join(written))


def fits(wanted: Any, value: Any) -> bool:
    if wanted == REST:
        return True
    if isinstance(wanted, dict) and isinstance(value, dict):
        named = {name: each for name, each in wanted.items() if name != REST}
        complete = REST in wanted or named.keys() == value.keys()
        return complete and all(name in value and fits(each, value[name]) for name, each in named.items())
    if isinstance(wanted, list) and isinstance(value, list):
        return items_fit(wanted, value)
    if isinstance(wanted, str) and isinstance(value, str):
        return text_fits(wanted, value)
    return type(wanted) is type(value) and bool(wanted == value)


def items_fit(wanted: list[Any], values: list[Any]) -> bool:
    if not wanted:
        return not values
    if wanted[0] == REST:
        return any(items_fit(wanted[1:], values[start:]) for start in range(len(values) + 1))
    return bool(values) and fits(wanted[0], values[0]) and items_fit(wanted[1:], values[1:])


def text_fits(shown: str, printed: str) -> bool:
    lines = [line.rstrip() for line in shown.strip().split("\n")]
    wanted = "".join(r"(?:.*\n)*?" if line == REST else re.escape(line).replace(REST, ".*") + r"\n" for line in lines)
    found = "".join(f"{line.rstrip()}\n" for line in printed.strip().split("\n"))
    return re.fullmatch(wanted, found) is not None
