"""Which network addresses are public: those at which everybody finds the same host, wherever he asks from.

The lists are our own, made from IANA's registries of special addresses (RFC 6890): what Python calls global differs
from one version to the next, and it does not look into an address of IPv6 that stands for one of IPv4.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

IPAddress: TypeAlias = IPv4Address | IPv6Address

NOT_PUBLIC = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, RFC 791; the first is unspecified, and Linux takes it for loopback
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # shared behind a provider's translation, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # looks public, and is inside of Azure: what tells its machines their secrets
        "169.254.0.0/16",  # link-local, RFC 3927; in most clouds what tells machines their secrets
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # for protocols, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.88.99.0/24",  # relays of 6to4, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved, RFC 1112, and broadcast
    )
)
#: All global addresses of IPv6 are in here so far. Outside are loopback, private, link-local, site-local and multicast
#: ones, and those that stand for one of IPv4, mapped or compatible.
GIVEN = IPv6Network("2000::/3")
NOT_PUBLIC_THEREIN = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # for protocols, RFC 2928: Teredo, benchmarks, ORCHID
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: stands for one of IPv4, by relays that nobody runs any more
        "3fff::/20",  # documentation, RFC 9637
    )
)
#: RFC 6052: where there is only IPv6, this is how a name that has only IPv4 is found
TRANSLATED = IPv6Network("64:ff9b::/96")
LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


def is_public(address: IPAddress) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC)
    if address.scope_id is not None:  # RFC 4007: it holds on one link
        return False
    if address in TRANSLATED:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in GIVEN and not any(address in block for block in NOT_PUBLIC_THEREIN)


def is_loopback(address: IPAddress) -> bool:
    return any(address in block for block in LOOPBACK)
