"""Files as delivered."""

from tests.delivered import deliver

__all__ = ["deliver"]
