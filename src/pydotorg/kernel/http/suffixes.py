"""Addresses that end in a suffix: `/events/{id:str}.ics` beside `/events/{id:str}`, the same thing as a file.

To Litestar a parameter is a whole segment, so that such a path is one of words alone, with braces in it. What fits it
is looked up under these words, and says itself what its parameters are. So it is one more address in all that depends
on the router: 404, 405, OPTIONS, what PURGE drops. Whoever asks for the very words names an id that nothing has.
"""

import re
from functools import lru_cache
from typing import Any

from litestar import Litestar
from litestar.types import Method

#: a last segment that is a file's name, or the end of one
SUFFIXED = re.compile(r"[^/]\.[a-z]+$")
PARAMETER = re.compile(r"{(\w+):str}")
ADDRESSES_MAX = 1024


def is_suffixed(path: str) -> bool:
    """Whether what is at this path is a file by its name."""
    return SUFFIXED.search(path) is not None


def routing_suffixes(app: Litestar) -> Litestar:
    """The same application, which finds what it has at addresses that end in a suffix."""
    paths = [route.path for route in app.routes]
    fitting = [(path, pattern_of(path)) for path in paths if is_suffixed(path) and PARAMETER.search(path)]
    router = app.asgi_router
    handle_words = router.handle_routing

    @lru_cache(ADDRESSES_MAX)
    def handle_routing(path: str, method: Method | None) -> tuple[Any, Any, str, dict[str, Any], str]:
        for words, pattern in fitting:
            if found := pattern.fullmatch(path):
                asgi_app, handler, *_ = handle_words(path=words, method=method)
                return asgi_app, handler, path, found.groupdict(), words
        return handle_words(path=path, method=method)

    router.handle_routing = handle_routing
    return app


def pattern_of(path: str) -> re.Pattern[str]:
    """What fits a path: in the place of each parameter, anything that is one segment, or part of one."""
    named = PARAMETER.split(path)
    named[::2] = map(re.escape, named[::2])
    named[1::2] = (f"(?P<{name}>[^/]+)" for name in named[1::2])
    return re.compile("".join(named))
