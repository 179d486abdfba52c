"""How fast the service is, beside nginx and beside a bare ASGI function: `make bench`, told in docs/performance.md."""
