"""The server's words come to people; what was sent to it does not."""

import base64
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from ogp_pipeline.mail.smtp import Connection, Unreachable
from ogp_pipeline.programme.mail import MailServer
from tests.mail.conftest import Postman, _OnAFreePort

PASSWORD = "open/sesame+8"


def _refuse(server: object, session: object, envelope: object, mechanism: str, sent: LoginPassword) -> AuthResult:
    """What a careless server answers: all that it was sent, plainly and as it came."""
    del server, session, envelope, mechanism
    whole = base64.b64encode(b"\0" + sent.login + b"\0" + sent.password).decode()
    return AuthResult(success=False, handled=False, message=f"535 no {sent.password.decode()}, nor {whole}")


def test_a_password_that_the_server_repeats_is_hidden() -> None:
    careless = _OnAFreePort(Postman(), hostname="127.0.0.1", port=0, authenticator=_refuse, auth_require_tls=False)
    careless.start()
    try:
        server = MailServer.model_construct(host="127.0.0.1", port=careless.port, security="none", user="clerk")
        with pytest.raises(Unreachable, match="535 no …, nor …") as refused:
            Connection(server, PASSWORD).hand_over(EmailMessage(), "a@example.org", "b@example.org")
    finally:
        careless.stop()
    assert refused.value.__cause__ is None and refused.value.__suppress_context__, "its cause holds the words"
