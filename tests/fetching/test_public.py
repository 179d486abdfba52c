"""Which network addresses are public."""

from ipaddress import ip_address, ip_network

import pytest

from pydotorg.kernel.fetching.public import is_loopback, is_public

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "151.101.0.223", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:200::1", "2606:4700::1111", "2a04:4e42::223", "2a00:1450::1", "3ffe::1",
    "64:ff9b::8.8.8.8", "64:ff9b::151.101.0.223",
]  # fmt: skip
NOT_PUBLIC = {
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "loopback": ["127.0.0.1", "127.0.0.2", "127.255.255.255", "::1"],
    "private": [
        "10.0.0.0",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "fc00::1",
        "fd00:ec2::254",
    ],
    "shared": ["100.64.0.0", "100.100.100.200", "100.127.255.255"],
    "link-local": ["169.254.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "site-local": ["fec0::1"],
    "of one link": ["2606:4700::1111%eth0", "64:ff9b::8.8.8.8%eth0"],
    "secrets of a cloud": ["168.63.129.16"],
    "for protocols": ["192.0.0.1", "192.0.0.192", "192.88.99.1", "2001:2::1", "2001:10::1", "2001:20::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarks": ["198.18.0.1", "198.19.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "4000::1", "5f00::1", "100::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"],
    "compatible": ["::127.0.0.1", "::10.0.0.1", "::8.8.8.8"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1"],
    "Teredo": ["2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe"],
    "NAT64": ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::0.0.0.0"],
    "NAT64 of a network's own": ["64:ff9b:1::8.8.8.8", "64:ff9b:0:0:1::8.8.8.8"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_these_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("kind", "address"), [(kind, each) for kind, all_ in NOT_PUBLIC.items() for each in all_])
def test_these_are_not(kind: str, address: str) -> None:
    assert not is_public(ip_address(address)), kind


def test_what_python_knows_not_to_be_global_is_not_public() -> None:
    blocks = [str(ip_network((number << 16, 16))) for number in range(2**16)]
    firsts = [ip_network(block)[1] for block in blocks]
    assert [str(first) for first in firsts if is_public(first) and not first.is_global] == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
        ("128.0.0.1", False), ("10.0.0.1", False), ("::ffff:127.0.0.1", False), ("::", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_loopback_is_this_machine_and_no_other_spelling_of_it(address: str, expected: bool) -> None:
    assert is_loopback(ip_address(address)) is expected
