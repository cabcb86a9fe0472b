"""The colours of all that people read in a browser or a mail program: the public site, the desk, receipts, mail.

Each has a name for its use, and a shade for light screens and one for dark screens. On its own ``paper`` or ``wash``,
every other shade but ``line`` and the scale of levels can be read as text.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from markupsafe import Markup

Screen = Literal["light", "dark"]

SHADES: Mapping[Screen, Mapping[str, str]] = MappingProxyType(
    {
        "light": MappingProxyType(
            {
                **{"ink": "#1b2733", "soft": "#55626f", "line": "#d5dce3", "paper": "#fff", "wash": "#f4f6f8"},
                **{"accent": "#0f3f74", "alarm": "#9a2a12", "good": "#2e6b2e", "caution": "#805300"},
                **{"blank": "#f2f2f2", "mark": "#767676"},
                **{"level-1": "#b3cae4", "level-2": "#7ba2cd", "level-3": "#4577ad"},
                **{"level-4": "#255a93", "level-5": "#0f3f74"},
            }
        ),
        "dark": MappingProxyType(
            {
                **{"ink": "#e8edf2", "soft": "#aab6c2", "line": "#3a4652", "paper": "#12181f", "wash": "#1b242d"},
                **{"accent": "#8fbdf0", "alarm": "#ff9c80", "good": "#8fce8f", "caution": "#e3b565"},
                **{"blank": "#2a333c", "mark": "#96a1ac"},
                **{"level-1": "#2b4a70", "level-2": "#3a6599", "level-3": "#5489c6"},
                **{"level-4": "#82b1e8", "level-5": "#bcd9fa"},
            }
        ),
    }
)
SITE = (
    "ink",
    "soft",
    "line",
    "paper",
    "wash",
    "accent",
    "alarm",
    "blank",
    "mark",
    *(f"level-{n}" for n in range(1, 6)),
)
DESK = ("ink", "soft", "line", "paper", "wash", "accent", "alarm", "good", "caution", "mark")


def declared(screen: Screen, names: tuple[str, ...]) -> Markup:
    """The colours as a style sheet declares them: ``--ink:#1b2733;…``."""
    return Markup(";".join(f"--{name}:{SHADES[screen][name]}" for name in names))
