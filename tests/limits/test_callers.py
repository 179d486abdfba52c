"""Under which key a request is counted, and that nobody chooses his own."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pydotorg.kernel.frontdoor import callers as module
from pydotorg.kernel.frontdoor.callers import Callers

PROXY, PROXIES = "10.0.0.1", (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def address(peer: str | None, forwarded_for: bytes = b"", forwarded: bytes = b"") -> str:
    return Callers(PROXIES).address(peer, forwarded_for, forwarded)


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::1", "::/64"),
        (None, "local"),
        ("", "local"),
        ("testclient", "testclient"),
    ],
)
def test_a_peer_is_an_address_or_a_network_of_64_bits(peer: str | None, key: str) -> None:
    assert address(peer) == key


@pytest.mark.parametrize(
    ("forwarded_for", "key"),
    [
        (b"192.0.2.1", "192.0.2.1"),
        (b"192.0.2.1:4711", "192.0.2.1"),
        (b"2001:db8:1:2::9", "2001:db8:1:2::/64"),
        (b"[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        (b"[2001:db8:1:2::9]:4711", "2001:db8:1:2::/64"),
        (b"::ffff:192.0.2.1", "192.0.2.1"),
        (b"198.51.100.7, 192.0.2.1", "192.0.2.1"),
        (b"198.51.100.7,192.0.2.1 , 10.1.1.1,, fd00::1, ", "192.0.2.1"),
        (b"10.2.2.2, 10.3.3.3", "10.2.2.2"),
        (b"192.0.2.1, unknown, 10.3.3.3", "10.3.3.3"),
        (b"192.0.2.1, _hidden", PROXY),
        (b"192.0.2.1, 192.0.2.256", PROXY),
        (b"192.0.2.1, 192.0.02.1", PROXY),
        (b"192.0.2.1, \xff\xfe", PROXY),
        (b"for=192.0.2.1", PROXY),
        (b",", PROXY),
        (b"", PROXY),
    ],
)
def test_x_forwarded_for_is_read_from_the_right_as_far_as_proxies_wrote_it(forwarded_for: bytes, key: str) -> None:
    assert address(PROXY, forwarded_for) == key


@pytest.mark.parametrize(
    ("forwarded", "key"),
    [
        (b"for=192.0.2.1", "192.0.2.1"),
        (b"For=192.0.2.1;proto=https;by=10.0.0.1", "192.0.2.1"),
        (b'proto=https; for="192.0.2.1:4711" ;host="a;for=198.51.100.7"', "192.0.2.1"),
        (b'for="[2001:db8:1:2::9]:4711"', "2001:db8:1:2::/64"),
        (b'for="[2001:db8:1:2::9]:_port"', "2001:db8:1:2::/64"),
        (b"for=[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        (b"for=198.51.100.7, for=192.0.2.1, for=10.1.1.1", "192.0.2.1"),
        (b"for=192.0.2.1, for=unknown, for=10.3.3.3", "10.3.3.3"),
        (b"for=192.0.2.1, for=_hidden", PROXY),
        (b"for=192.0.2.1, proto=https", PROXY),
        (b"for=192.0.2.1;for=198.51.100.7", PROXY),
        (b'for="198.51.100.7, for=192.0.2.1', "192.0.2.1"),
        (b'for=192.0.2.1;host="a, for=198.51.100.7"', PROXY),
        (b'for=192.0.2.1;host="a, for=198.51.100.7, b"', PROXY),
        (b"192.0.2.1", PROXY),
        (b"for=", PROXY),
    ],
)
def test_forwarded_is_read_as_rfc_7239_has_it(forwarded: bytes, key: str) -> None:
    assert address(PROXY, forwarded=forwarded) == key


def test_two_headers_that_name_different_clients_are_not_believed() -> None:
    assert address(PROXY, b"192.0.2.1", b"for=198.51.100.7") == PROXY
    assert address(PROXY, b"192.0.2.1", b'for="192.0.2.1:4711"') == "192.0.2.1"
    assert address(PROXY, b"192.0.2.1", b"for=unknown") == PROXY


def test_a_proxy_is_known_whichever_way_its_address_is_written() -> None:
    callers = Callers(PROXIES)
    assert [callers.is_proxy(peer) for peer in (PROXY, "::ffff:10.0.0.1", "fd00::1")] == [True] * 3
    assert [callers.is_proxy(peer) for peer in ("192.0.2.1", "2001:db8::1", "testclient", None)] == [False] * 4
    assert callers.address("::ffff:10.0.0.1", b"192.0.2.1", b"") == "192.0.2.1"


headers = st.binary(max_size=80) | st.sampled_from([b"192.0.2.9", b"for=192.0.2.9", b'for="192.0.2.9', b"10.0.0.1, "])
clients = st.ip_addresses(network="192.0.2.0/24") | st.ip_addresses(network="2001:db8::/32")


@given(clients, headers, headers)
def test_what_a_stranger_says_changes_nothing(
    peer: IPv4Address | IPv6Address, forwarded_for: bytes, forwarded: bytes
) -> None:
    assert address(str(peer), forwarded_for, forwarded) == address(str(peer))


@given(clients, headers, st.booleans())
def test_what_a_client_puts_in_front_changes_nothing(
    client: IPv4Address | IPv6Address, forged: bytes, is_behind_two: bool
) -> None:
    second = is_behind_two * b", 10.9.9.9"
    assert address(PROXY, forged + b", " + str(client).encode() + second) == address(str(client))
    node = f'for="[{client}]:80"' if isinstance(client, IPv6Address) else f"for={client};proto=http"
    second = is_behind_two * b", for=10.9.9.9"
    assert address(PROXY, forwarded=forged + b", " + node.encode() + second) == address(str(client))


@given(clients, headers)
def test_a_header_that_the_proxy_does_not_know_gives_nobody_a_key_of_his_choice(
    client: IPv4Address | IPv6Address, forged: bytes
) -> None:
    assert address(PROXY, str(client).encode(), forged) in (address(str(client)), PROXY)


def test_what_is_remembered_is_bounded_and_stays_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_MAX", 10)
    callers = Callers(PROXIES)
    for _ in range(2):
        for number in range(25):
            client = f"192.0.2.{number}"
            assert callers.address(client, b"", b"") == client
            assert callers.address(PROXY, client.encode(), b"") == client
            assert callers.is_proxy(f"10.1.1.{number}")
    callers.address(PROXY, b"192.0.2.9, " * 1000 + b"192.0.2.1", b"")
    assert max(len(callers.keys), len(callers.forwarded_keys), len(callers.trusted)) <= 10
    assert max(len(question[1]) for question in callers.forwarded_keys) < 256
