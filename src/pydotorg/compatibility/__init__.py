"""The download API of today, v1 and v2, for the clients that live on it.

Two dialects over the records and the rules of `releases`: nothing is stored here, and nothing decided that is not
decided there. What differs is how rows look (`rows`), what filters are called (`filters`), how errors look (`dialects`)
and how bodies are written (`forms`); writes go on to `releases.writing` (`writes`).
"""

from pydotorg.kernel.domain import Domain

from .routes import routes

domain = Domain(
    name="downloads",
    description="The download API of python.org as it was before this one.",
    base="/api",
    routes=routes,
    tables=(),
)
