"""A request and its answer, byte for byte: nothing is followed, nothing is unpacked."""

from http.client import HTTPConnection

from msgspec import Struct

ADDRESS = "127.0.0.1"
ANSWER_SECONDS_MAX = 10

#: what Chrome sends for a page of another site that asks the API
BROWSER = {
    "Connection": "keep-alive",
    "sec-ch-ua-platform": '"Linux"',
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Safari/537.36",
    "sec-ch-ua": '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "Accept": "*/*",
    "Origin": "https://www.python.org",
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Dest": "empty",
    "Referer": "https://www.python.org/",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en-US;q=0.9,en;q=0.8",
}
COMPRESSED = {"Accept-Encoding": BROWSER["Accept-Encoding"]}


class Request(Struct, frozen=True):
    """What is asked again and again; a conditional one names the tag of the answer that it has."""

    name: str
    path: str
    headers: dict[str, str] = {}
    is_conditional: bool = False


class Answer(Struct, frozen=True):
    """What came for a path, which is without its query."""

    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the first header of that name."""
        return next((value for each, value in self.headers if each.lower() == name), None)


def ask(port: int, path: str, headers: dict[str, str]) -> Answer:
    """One request on a connection of its own."""
    connection = HTTPConnection(ADDRESS, port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return Answer(path.partition("?")[0], response.status, response.getheaders(), response.read())
    finally:
        connection.close()
