"""A mail goes in secret to a server whom this system trusts, and to no other, whichever way its secrecy begins."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ogp_pipeline.mail.outbox import State
from ogp_pipeline.mail.smtp import Connection, Unreachable
from ogp_pipeline.programme.mail import MailServer
from tests.mail.conftest import Postman, _OnAFreePort


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's key and its certificate, which it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    use = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    use |= dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2200, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **use), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture(params=["tls", "starttls"])
def secret(request: pytest.FixtureRequest, certificate: Path) -> Iterator[tuple[MailServer, Postman]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    way = {"ssl_context": context} if request.param == "tls" else {"tls_context": context, "require_starttls": True}
    postman = Postman()
    controller = _OnAFreePort(postman, hostname="127.0.0.1", port=0, **way)
    controller.start()
    yield (
        MailServer.model_construct(host="127.0.0.1", port=controller.port, security=request.param, user=None),
        postman,
    )
    controller.stop()


def _sent(server: MailServer) -> State:
    mail = EmailMessage()
    mail["Subject"] = "Receipt"
    mail.set_content("Accepted.")
    connection = Connection(server, None)
    try:
        return connection.hand_over(mail, "a@example.org", "b@example.org").state
    finally:
        connection.close()


def test_who_is_trusted_gets_the_mail(
    secret: tuple[MailServer, Postman], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, postman = secret
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert _sent(server) is State.SENT
    assert [mail["Subject"] for mail in postman.mails] == ["Receipt"]


def test_who_is_not_trusted_gets_nothing(secret: tuple[MailServer, Postman]) -> None:
    server, postman = secret
    with pytest.raises(Unreachable, match="certificate verify failed"):
        _sent(server)
    assert postman.mails == []
