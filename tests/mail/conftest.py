"""A queue of one's own, workers, and certificates."""

import ssl
import subprocess
from pathlib import Path

import pytest

from pydotorg.kernel.mail import smtp
from tests.working import connect, hurried, queue_url, transactions, working

__all__ = ["connect", "hurried", "queue_url", "transactions", "working"]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that hangs is given up sooner."""
    monkeypatch.setattr(smtp, "CONNECT_SECONDS_MAX", 2)
    monkeypatch.setattr(smtp, "ANSWER_SECONDS_MAX", 0.3)
    monkeypatch.setattr(smtp, "WHOLE_SECONDS_MAX", 5)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of `localhost`, signed by nobody else, with its key."""
    file = tmp_path_factory.mktemp("certificates") / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", file.with_suffix(".key"),
         "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """As the server has it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the service trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
