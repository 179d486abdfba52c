"""A real server with a release manager and somebody of the staff, as programs of other people reach it."""

from pathlib import Path
from typing import Any, NamedTuple

import requests

from pydotorg.kernel.access import Role
from tests.accounts.people import PASSWORD
from tests.frontdoor.fronts import SECRET_KEY
from tests.servers import command

from .desk import Json
from .release_tools import SECONDS_MAX, ReleaseTools


class Server(NamedTuple):
    """Where it is, and the keys of rita, who manages releases, and of sue, who may read the audit log."""

    base: str
    ritas: str
    sues: str

    def get(self, path: str, **parameters: Any) -> Any:
        answer = requests.get(self.base + path, params=parameters, timeout=SECONDS_MAX)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def by_manager(self, method: str, path: str, body: Any = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.ritas}", "If-Match": "*"}
        answer = requests.request(method, f"{self.base}/api/v1{path}", json=body, headers=headers, timeout=SECONDS_MAX)
        assert answer.ok, answer.text
        return answer

    def files_of(self, release: str) -> list[Json]:
        """The files of a release, draft or not, as today's API has them."""
        found: list[Json] = self.by_manager("GET", f"{release}/files?limit=1000").json()
        return found

    def entries(self) -> list[Json]:
        """What the audit log has of files, the newest first."""
        headers = {"Authorization": f"Bearer {self.sues}"}
        asked = f"{self.base}/api/v1/audit?resource=release_file&limit=1000"
        answer = requests.get(asked, headers=headers, timeout=SECONDS_MAX)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()
        return found

    def tools(self) -> ReleaseTools:
        return ReleaseTools(self.base, "rita", self.ritas)


def token_of(folder: Path, database: str, name: str, role: Role) -> str:
    """An API token of somebody new with this role."""
    settings = {"PYDOTORG_DATABASE_URL": database, "PYDOTORG_SECRET_KEY": SECRET_KEY}
    who = ("--email", f"{name}@example.org", "--password-stdin", "--role", role.value)
    command(folder, "users", "create", name, *who, said=PASSWORD, **settings)
    return command(folder, "tokens", "create", name, "--name", "tools", **settings).split()[-1]
