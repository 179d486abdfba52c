"""Why nothing was fetched, in one sentence for the person who gave the address.

No sentence has more of an address than its host, because its path may be a secret, and none says more of a host that is
not public than that it is not: whether there is one, and whether it answers, is nobody's business.
"""

from http import HTTPStatus
from ssl import SSLCertVerificationError

from httpcore import ConnectError, ConnectTimeout


class CannotFetch(Exception):
    """Nothing was fetched; its text is one sentence that may be shown to anybody."""


def not_public(host: str) -> CannotFetch:
    """One for names that do not exist, too: who may ask which do exist inside learns where to go on."""
    return CannotFetch(f"{host} has no address, or one that is not public, so nothing is fetched from it.")


def broken(error: Exception, host: str, port: int) -> CannotFetch:
    """What a trouble with the connection means."""
    cause = error.__cause__
    if isinstance(cause, SSLCertVerificationError):
        return CannotFetch(f"The certificate of {host} is not trusted: {cause.verify_message.rstrip('.')}.")
    if isinstance(error, ConnectError | ConnectTimeout):
        return CannotFetch(f"{host} cannot be reached on port {port}.")
    return CannotFetch(f"{host} did not answer as HTTP demands, or broke off.")


def answered(status: int, host: str) -> CannotFetch:
    """An answer that is not what was asked for; in our words, because the server's may be anything."""
    known = status in HTTPStatus._value2member_map_
    return CannotFetch(f"{host} answered {status} {HTTPStatus(status).phrase if known else ''}".rstrip() + ".")
