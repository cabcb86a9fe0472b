"""Who is visiting: a signed cookie, made when a link was opened. Nothing is kept on the server.

The cookie names the link, which is looked up at every request: when it is revoked, the visit is over. It holds a number
that no other page can read; every form of ours brings that number, signed for forms. So a form of another page, even
one that the visitor was led to, does nothing here.
"""

import secrets
from dataclasses import asdict, dataclass

from itsdangerous import BadSignature, Signer, URLSafeSerializer

_SALT, _FORM_SALT = "ogp.desk.visit", "ogp.desk.form"


@dataclass(frozen=True, slots=True)
class Visit:
    """``link``: the id of the link that was opened. ``nonce``: of this visit. ``language``: as the visitor chose."""

    link: str
    nonce: str
    language: str

    @classmethod
    def begin(cls, link: str, language: str) -> "Visit":
        """A new visit."""
        return cls(link, secrets.token_urlsafe(18), language)


def written(key: bytes, visit: Visit) -> str:
    """The cookie's value."""
    text = URLSafeSerializer(key, salt=_SALT).dumps(asdict(visit))
    return text if isinstance(text, str) else text.decode()


def read(key: bytes, cookie: str | None) -> Visit | None:
    """The visit of a cookie; None if it is none of ours."""
    try:
        return Visit(**URLSafeSerializer(key, salt=_SALT).loads(cookie)) if cookie else None
    except (BadSignature, TypeError):
        return None


def form_token(key: bytes, visit: Visit) -> str:
    """What every form of this visit brings along."""
    return Signer(key, salt=_FORM_SALT).sign(visit.nonce).decode()


def is_ours(key: bytes, visit: Visit, brought: str) -> bool:
    """Whether a form was given out in this visit."""
    try:
        nonce = Signer(key, salt=_FORM_SALT).unsign(brought.encode("utf-8", "replace"))
    except BadSignature:
        return False
    return secrets.compare_digest(nonce, visit.nonce.encode())
