"""A stacked bar as inline SVG. It repeats a table that stands beside it, so its text alternative is one
sentence.

Levels go from light to dark in their order; what was not reported is hatched, so that nothing depends on
colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 600, 28
SHADES = ("#9db9d9", "#6f98c6", "#4577ad", "#255a93", "#0f3f74")
_HATCH = (
    '<pattern id="{id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f2f2f2"/><rect width="2" height="6" fill="#767676"/></pattern>'
)


@dataclass(frozen=True, slots=True)
class BarPiece:
    """One piece of the bar. ``shade`` is None for what was not reported: it is hatched."""

    label: str
    count: int
    shade: str | None


def shade(rank: int, levels: int) -> str:
    """The colour of the level of this rank (from 0) on a scale of so many: from light to dark."""
    return SHADES[rank * (len(SHADES) - 1) // max(levels - 1, 1)]


def bar(parts: Sequence[BarPiece], name: str, identity: str) -> Markup:
    """The bar of ``parts``; ``name`` says what it is of, ``identity`` is unique on the page. Empty without
    counts.
    """
    total = sum(part.count for part in parts)
    if not total:
        return Markup("")
    spoken = ", ".join(f"{part.label} {part.count}" for part in parts if part.count)
    pieces = [
        Markup(
            '<svg class="bar" role="img" aria-labelledby="{0}" viewBox="0 0 {1} {2}" preserveAspectRatio="none">'
        ).format(identity, _WIDTH, _HEIGHT),
        Markup('<title id="{0}">{1}: {2}</title><defs>').format(identity, name, spoken),
        Markup(_HATCH.format(id=escape(identity))),
        Markup("</defs>"),
    ]
    done = 0
    for part in parts:
        left, right = done * _WIDTH / total, (done + part.count) * _WIDTH / total
        done += part.count
        if part.count:
            gap = 1.5 if done < total else 0.0
            fill = part.shade or f"url(#{identity}-hatch)"
            pieces.append(
                Markup('<rect x="{0:.2f}" y="0" width="{1:.2f}" height="{2}" fill="{3}"/>').format(
                    left, max(right - left - gap, 0.5), _HEIGHT, fill
                )
            )
    return Markup("").join([*pieces, Markup("</svg>")])


def swatch(colour: str | None) -> Markup:
    """The little square before a level's name in the table, so that table and bar can be matched."""
    if colour is None:
        return Markup('<span class="swatch hatched" aria-hidden="true"></span>')
    return Markup('<span class="swatch" style="background:{0}" aria-hidden="true"></span>').format(colour)
