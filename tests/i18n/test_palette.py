"""What stands in our colours can be read, on light screens and on dark ones."""

import pytest

from ogp_pipeline.i18n.palette import DESK, SHADES, SITE, Screen, declared

READ = ("ink", "soft", "accent", "alarm", "good", "caution")  # as text
SEEN = ("mark",)  # as an edge of what can be used
TEXT, EDGE = 4.5, 3.0  # WCAG 2.2: 1.4.3, 1.4.11


def _light(shade: str) -> float:
    """Relative luminance, as WCAG defines it."""
    digits = shade.lstrip("#")
    parts = [int(pair, 16) / 255 for pair in ([a * 2 for a in digits] if len(digits) == 3 else _pairs(digits))]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _pairs(digits: str) -> list[str]:
    return [digits[at : at + 2] for at in range(0, 6, 2)]


def _contrast(first: str, second: str) -> float:
    lower, higher = sorted((_light(first), _light(second)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("screen", ["light", "dark"])
def test_each_colour_stands_out_from_what_is_behind_it(screen: Screen) -> None:
    shades = SHADES[screen]
    for least, names in ((TEXT, READ), (EDGE, SEEN)):
        weak = [(name, behind) for name in names for behind in ("paper", "wash")
                if _contrast(shades[name], shades[behind]) < least]  # fmt: skip
        assert weak == []
    assert _contrast("#000", "#fff") == pytest.approx(21)


def test_both_screens_have_the_same_colours_and_what_is_declared_is_there() -> None:
    assert SHADES["light"].keys() == SHADES["dark"].keys() >= {*SITE, *DESK}
    assert declared("dark", ("ink", "paper")) == "--ink:#e8edf2;--paper:#12181f"
