"""A certificate of `localhost`, and whoever trusts it."""

from tests.mail.conftest import certificate, tls, trusted

__all__ = ["certificate", "tls", "trusted"]
