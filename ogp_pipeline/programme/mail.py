"""The mail of a programme file (``mail:``): off until ``send: true``. The password comes from the environment."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from ogp_pipeline.i18n.text import SpokenLanguage
from ogp_pipeline.programme.publisher import email_address
from ogp_pipeline.programme.sources import Settings

PASSWORD = "OGP_SMTP_PASSWORD"


def _ascii(address: str) -> str:
    if not address.isascii():
        raise ValueError("has letters that mail servers may not take; write it in plain ASCII letters")
    return address


MailAddress = Annotated[str, AfterValidator(email_address), AfterValidator(_ascii)]
Days = Annotated[int, Field(ge=0, le=365)]


class MailServer(Settings):
    """The SMTP server that takes our mail. ``user``: who we are there; the password is the environment's."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> "MailServer":
        if self.user is not None and self.security == "none":
            raise ValueError("with `user`, `security` must be starttls or tls: a password is never sent in the clear")
        return self


class MailSettings(Settings):
    """``sender``: who writes. ``secretariat``: who gets the daily digest, in ``language``, or the programme's first.

    ``remind_before``, ``remind_after``: on which days before and after a due date whoever has not reported is reminded.
    """

    send: bool = False
    sender: MailAddress = Field(alias="from")
    server: MailServer
    secretariat: list[MailAddress] = []
    language: SpokenLanguage | None = None
    receipts: bool = True
    remind_before: list[Days] = [14, 3]
    remind_after: list[Days] = [1, 7]
