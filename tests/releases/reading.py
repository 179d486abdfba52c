"""Reading lists as a client does."""

from typing import Any

import httpx


async def rows(client: httpx.AsyncClient, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list, whose total must say the same."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"/api/v1/{path}", params={**params, "limit": 1000, "offset": len(found)})
        assert answer.status_code == 200, answer.text
        more: list[dict[str, Any]] = answer.json()
        found += more
        if not more or len(found) == int(answer.headers["x-total-count"]):
            assert answer.headers["x-total-count"] == str(len(found))
            return found
