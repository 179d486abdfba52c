"""Where the process begins that reads a file; `apart` starts it by the name of this file.

The room's own entrance, `events/__init__`, brings all that it takes to answer requests: seconds of work, of which
reading needs nothing. So this process goes past it, to the modules behind.
"""

import sys
from pathlib import Path
from types import ModuleType


def go_past(room: str) -> None:
    """Have a package without what its `__init__` does."""
    sys.modules[room] = package = ModuleType(room)
    package.__path__ = [str(Path(__file__).parents[1])]


if __name__ == "__main__":
    go_past("pydotorg.events")
    from pydotorg.events.ics.child import main

    main()
