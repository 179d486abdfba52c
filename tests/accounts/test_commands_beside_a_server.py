"""What is given and taken at the terminal holds from the next request on, at a server that runs."""

import subprocess
import sys
from pathlib import Path

import httpx

from tests.servers import environment, serving

from .people import PASSWORD


def pydotorg(folder: Path, *arguments: str, given: str = "") -> str:
    """What a command prints, in a process of its own, as operators give it."""
    done = subprocess.run(
        [sys.executable, "-m", "pydotorg", *arguments], cwd=folder, env=environment(folder, {}), input=given,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_running_server_knows_at_once(tmp_path: Path) -> None:
    with serving(tmp_path, PYDOTORG_WORKERS="2") as base, httpx.Client(base_url=base, trust_env=False) as client:
        made = ("users", "create", "ada", "--email", "ada@example.org", "--password-stdin")
        pydotorg(tmp_path, *made, given=f"{PASSWORD}\n")
        tokens = client.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).raise_for_status()
        signed_in = {"Authorization": f"Bearer {tokens.json()['access_token']}"}

        def audit() -> set[int]:
            """How every worker answers: each request may reach another."""
            return {httpx.get(f"{base}/api/v1/audit", headers=signed_in, trust_env=False).status_code for _ in range(8)}

        assert audit() == {403}
        pydotorg(tmp_path, "users", "role", "ada", "staff")
        assert audit() == {200}
        pydotorg(tmp_path, "users", "role", "ada", "staff", "--remove")
        assert audit() == {403}

        token = pydotorg(tmp_path, "tokens", "create", "ada", "--name", "x").split()[-1]
        program = {"Authorization": f"Token {token}"}
        assert client.get("/api/auth/me", headers=program).status_code == 200
        id = pydotorg(tmp_path, "tokens", "list").splitlines()[1].split()[0]
        pydotorg(tmp_path, "tokens", "revoke", id)
        assert client.get("/api/auth/me", headers=program).status_code == 401
