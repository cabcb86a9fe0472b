"""A stacked bar as inline SVG. It repeats a table that stands beside it, so its text alternative is one
sentence.

Levels that are amounts of progress go from pale to strong in their order. What is no amount of progress has a pattern
in place of a colour, so that it can be taken for neither more nor less: not reported is hatched, *no evidence* is
dotted, *withdrawn* is crossed out; and what is late is striped. The colours are variables of the style sheet, which has
others for dark screens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 600, 28
SHADES = tuple(f"var(--level-{step})" for step in range(1, 6))
NO_EVIDENCE, WITHDRAWN = "dotted", "crossed"
HATCHED = "hatched"
STRIPED = "striped"  # late
# Name -> the pattern, as an SVG definition whose id begins with that of the drawing.
PATTERNS = {
    HATCHED: (
        '<pattern id="{id}-hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="var(--blank)"/><rect width="2" height="6" fill="var(--mark)"/></pattern>'
    ),
    STRIPED: (
        '<pattern id="{id}-striped" width="4" height="4" patternUnits="userSpaceOnUse">'
        '<rect width="4" height="4" fill="var(--blank)"/><rect width="4" height="2" fill="var(--alarm)"/></pattern>'
    ),
    NO_EVIDENCE: (
        '<pattern id="{id}-dotted" width="7" height="7" patternUnits="userSpaceOnUse">'
        '<rect width="7" height="7" fill="var(--blank)"/>'
        '<circle cx="3.5" cy="3.5" r="1.5" fill="var(--mark)"/></pattern>'
    ),
    WITHDRAWN: (
        '<pattern id="{id}-crossed" width="9" height="9" patternUnits="userSpaceOnUse">'
        '<rect width="9" height="9" fill="var(--blank)"/>'
        '<path d="M0 0L9 9M9 0L0 9" stroke="var(--mark)" stroke-width="1.5"/></pattern>'
    ),
}


@dataclass(frozen=True, slots=True)
class BarPiece:
    """One piece of the bar. ``shade``: a colour, or a pattern's name; None for what was not reported: it is hatched."""

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
    drawn = [part for part in parts if part.count]
    patterns = sorted({part.shade or HATCHED for part in drawn} & set(PATTERNS))
    pieces = [
        Markup(
            '<svg class="bar" role="img" aria-labelledby="{0}" viewBox="0 0 {1} {2}" preserveAspectRatio="none">'
        ).format(identity, _WIDTH, _HEIGHT),
        Markup('<title id="{0}">{1}: {2}</title><defs>').format(identity, name, spoken),
        *(Markup(PATTERNS[pattern].format(id=escape(identity))) for pattern in patterns),
        Markup("</defs>"),
    ]
    done = 0
    for part in parts:
        left, right = done * _WIDTH / total, (done + part.count) * _WIDTH / total
        done += part.count
        if part.count:
            gap = 1.5 if done < total else 0.0
            fill = part.shade or HATCHED
            fill = f"url(#{identity}-{fill})" if fill in PATTERNS else fill
            pieces.append(
                Markup('<rect x="{0:.2f}" y="0" width="{1:.2f}" height="{2}" fill="{3}"/>').format(
                    left, max(right - left - gap, 0.5), _HEIGHT, fill
                )
            )
    return Markup("").join([*pieces, Markup("</svg>")])


@cache
def swatch(colour: str | None) -> Markup:
    """The little square before a level's name in the table, so that table and bar can be matched."""
    if colour is None or colour in PATTERNS:
        return Markup('<span class="swatch {0}" aria-hidden="true"></span>').format(colour or HATCHED)
    return Markup('<span class="swatch" style="background:{0}" aria-hidden="true"></span>').format(colour)
