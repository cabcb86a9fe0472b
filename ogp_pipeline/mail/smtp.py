"""Handing a mail to the server, such that we know what became of it.

The standard library's own ``sendmail`` answers with one exception for everything that breaks. Here each step is taken
by itself, because it matters at which one a connection breaks: before the mail was handed over, it did not go out;
while the server had it, nobody can tell.
"""

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP

from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.i18n.masking import masked
from ogp_pipeline.mail.outbox import State
from ogp_pipeline.programme.mail import PASSWORD, MailServer

_SECONDS = 20
_TOLD = 300  # letters of what a server says


class Unreachable(Exception):
    """The server cannot be reached, or lets us not in: no mail of this run goes out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail. ``reason``: the server's words, where it has not taken it."""

    state: State
    reason: str = ""


class Connection:
    """A connection to the server, made when the first mail is handed over. Close it when done."""

    def __init__(self, server: MailServer, password: str | None) -> None:
        self._server = server
        self._password = password
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, mail: EmailMessage, sender: str, to: str) -> Answer:
        """Unreachable if there is nobody to hand it to."""
        smtp = self._smtp or self._open()
        try:
            code, said = smtp.mail(sender)
            if code < 400:
                code, said = smtp.rcpt(to)
            if code >= 400:
                smtp.rset()
                return _refused(code, said)
        except (smtplib.SMTPException, OSError) as error:
            self._forget()
            return Answer(State.FAILED, _told(error)[:_TOLD])
        try:
            code, said = smtp.data(mail.as_bytes(policy=FOR_SMTP))
        except smtplib.SMTPDataError as error:  # before it was handed over
            return _refused(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self._forget()
            return Answer(State.DOUBTFUL, f"the connection broke while the server had it: {_told(error)[:_TOLD]}")
        return Answer(State.SENT) if code == 250 else _refused(code, said)

    def close(self) -> None:
        """Say goodbye; a server that does not listen any more is none of our business."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._smtp.close()
            self._smtp = None

    def _open(self) -> smtplib.SMTP:
        server = self._server
        try:
            if server.security == "tls":
                trusted = ssl.create_default_context()
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=trusted)
            else:
                smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user is not None:
                if self._password is None:
                    raise Unreachable(f"the password for `{server.user}` is not in the environment: set {PASSWORD}")
                smtp.login(server.user, self._password)
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            told = masked(_told(error), self._secrets())[:_TOLD]
            raise Unreachable(f"{server.host}:{server.port}: {told}") from None  # the error may repeat the password
        self._smtp = smtp
        return smtp

    def _secrets(self) -> Iterator[str]:
        """The password, and what is sent for it."""
        if self._password:
            yield from (self._password, f"\0{self._server.user}\0{self._password}")

    def _forget(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _refused(code: int, said: bytes | str) -> Answer:
    """A refusal: for good (5xx), or for now (4xx)."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return Answer(State.GIVEN_UP if code >= 500 else State.FAILED, legible(f"{code} {words}")[:_TOLD])


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException) and isinstance(error.smtp_error, bytes):
        return legible(f"{error.smtp_code} {error.smtp_error.decode('utf-8', 'replace')}")
    return legible(str(error) or type(error).__name__)
