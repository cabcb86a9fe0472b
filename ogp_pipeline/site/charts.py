"""Small charts as inline SVG: what remains period by period, how many of each kind, a forecast's range, and a square
for each milestone and round.

Like ``bar``, each repeats a table that stands beside it, so its text alternative is one sentence with all its
numbers. All are drawn 320 units wide, so that letters stay readable on the narrowest screen; lines differ by their
strokes, never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ogp_pipeline.site.bar import HATCHED, PATTERNS, SHADES

_WIDTH = 320
_INK, _SOFT, _LINE, _MAIN = "var(--ink)", "var(--soft)", "var(--line)", SHADES[-1]
_MARGIN, _TOP, _HEIGHT = 34, 18, 170
_LONGEST = 44  # letters of a label that fit in the width; the table has it whole


@dataclass(frozen=True, slots=True)
class Point:
    """What remains at a moment. ``at``: 0 at the plan's start, 1 at its end; ``low`` to ``high``: what is known."""

    label: str
    at: float
    low: int
    high: int


def burn_down(points: Sequence[Point], total: int, ends: tuple[str, str], name: str, identity: str) -> Markup:
    """What remains, period by period, against an even pace (dashed). ``ends``: words below the axis's two ends.

    A moment of which all is known is a dot on the line, with its number; else a dotted stroke spans what may be true.
    """
    if not points or not total:
        return Markup("")
    spoken = ", ".join(f"{point.label} {_range(point.low, point.high)}" for point in points)
    floor = _TOP + _HEIGHT - 40
    span = _WIDTH - _MARGIN - 18

    def x(at: float) -> float:
        return _MARGIN + min(max(at, 0.0), 1.0) * span

    def y(count: int) -> float:
        return floor - count * (floor - _TOP) / total

    pieces = [_open(_HEIGHT, f"{name}: {spoken}", identity)]
    for count in (0, total):
        pieces += [_stroke(x(0), y(count), x(1), y(count), _LINE), _text(_MARGIN - 6, y(count) + 4, str(count), "end")]
    pieces += [_text(x(0), floor + 18, ends[0], "start", _SOFT), _text(x(1), floor + 18, ends[1], "end", _SOFT)]
    pieces.append(_stroke(x(0), y(total), x(1), y(0), _SOFT, dash="6 4"))
    certain = [point for point in points if point.low == point.high]
    path = " ".join(f"{x(point.at):.1f},{y(point.low):.1f}" for point in certain)
    pieces.append(Markup('<polyline points="{0}" fill="none" stroke="{1}" stroke-width="2.5"/>').format(path, _MAIN))
    for point in points:
        if point.low == point.high:
            pieces.append(_dot(x(point.at), y(point.low)))
            pieces.append(
                _text(x(point.at) + 5, y(point.low) - 6, str(point.low), "end" if point.at > 0.9 else "start")
            )
        else:
            pieces.append(_stroke(x(point.at), y(point.low), x(point.at), y(point.high), _MAIN, dash="1 4", width=3))
            pieces.append(_text(x(point.at) + 6, (y(point.low) + y(point.high)) / 2, "?", "start"))
    return _join(pieces)


def columns(counts: Sequence[tuple[str, int]], name: str, identity: str) -> Markup:
    """A lying bar for each label, the longest as wide as the chart. Empty without counts."""
    most = max((count for _, count in counts), default=0)
    if not most:
        return Markup("")
    spoken = ", ".join(f"{label} {count}" for label, count in counts)
    pieces = [_open(30 * len(counts) + 4, f"{name}: {spoken}", identity)]
    for place, (label, count) in enumerate(counts):
        top = 30 * place
        short = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
        pieces += [_text(0, top + 13, short, "start"), _text(_WIDTH, top + 13, str(count), "end")]
        pieces.append(_block(0, top + 18, count * _WIDTH / most, 8, _MAIN))
    return _join(pieces)


def span(done: int, low: int, high: int, expected: float | None, total: int, name: str, identity: str) -> Markup:
    """A forecast: what is done (filled) of all (outlined), and from where to where it may come; the lozenge is what
    is expected. ``name`` says it in words.
    """
    if not total:
        return Markup("")

    def x(count: float) -> float:
        return 8 + min(max(count / total, 0.0), 1.0) * (_WIDTH - 16)

    middle, top = 26, 38
    pieces = [_open(76, name, identity), _block(x(0), top, x(total) - x(0), 14, "var(--paper)", _SOFT)]
    pieces.append(_block(x(0), top, x(done) - x(0), 14, _MAIN))
    pieces.append(_stroke(x(low), middle, x(high), middle, _INK, width=2))
    pieces += [_stroke(x(end), middle - 6, x(end), middle + 6, _INK, width=2) for end in (low, high)]
    if expected is not None:
        at = x(expected)
        shape = f"{at:.1f},{middle - 5} {at + 5:.1f},{middle} {at:.1f},{middle + 5} {at - 5:.1f},{middle}"
        pieces.append(Markup('<polygon points="{0}" fill="{1}"/>').format(shape, _INK))
    where = (x(low) + x(high)) / 2
    anchor = "start" if where < 30 else "end" if where > _WIDTH - 30 else "middle"
    pieces.append(_text(where, 14, _range(low, high), anchor))
    pieces += [_text(x(0), 68, "0", "start", _SOFT), _text(x(total), 68, str(total), "end", _SOFT)]
    return _join(pieces)


@dataclass(frozen=True, slots=True)
class Square:
    """One state of one thing. ``shade`` as in ``BarPiece``."""

    label: str
    shade: str | None


def squares(lines: Sequence[tuple[str, Sequence[Square]]], rounds: Sequence[str], name: str, identity: str) -> Markup:
    """A line of squares for each thing, one for each round, the oldest at the left; empty without lines."""
    if not lines:
        return Markup("")
    spoken = "; ".join(
        f"{code}: {', '.join(f'{title} {square.label}' for title, square in zip(rounds, shown, strict=True))}"
        for code, shown in lines
    )
    left = 7.0 * max(len(code) for code, _ in lines) + 10
    step = min(26.0, max((_WIDTH - left) / max(len(rounds), 1), 4.0))
    patterns = sorted({square.shade or HATCHED for _, shown in lines for square in shown} & set(PATTERNS))
    fills = {square.shade: escape(_fill(square.shade or HATCHED, identity)) for _, shown in lines for square in shown}
    # There are some ten thousand squares on a large site: each is a plain text until all are joined.
    pieces: list[str] = [_open(22 * len(lines) + 4, f"{name}: {spoken}", identity), "<defs>"]
    pieces += [PATTERNS[pattern].format(id=escape(identity)) for pattern in patterns]
    pieces.append("</defs>")
    size = f'width="{step - 3:.1f}" height="18.0"'
    for place, (code, shown) in enumerate(lines):
        top = 22.0 * place + 2
        pieces.append(_text(0, top + 14, code, "start"))
        pieces += [
            f'<rect x="{left + at * step:.1f}" y="{top:.1f}" {size} fill="{fills[square.shade]}" stroke="none"/>'
            for at, square in enumerate(shown)
        ]
    return Markup("".join([*pieces, "</svg>"]))


def _fill(shade: str, identity: str) -> str:
    return f"url(#{identity}-{shade})" if shade in PATTERNS else shade


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def _open(height: int, title: str, identity: str) -> Markup:
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{0}" viewBox="0 0 {1} {2}"><title id="{0}">{3}</title>'
    ).format(identity, _WIDTH, height, title)


def _join(pieces: Sequence[Markup]) -> Markup:
    return Markup("").join([*pieces, Markup("</svg>")])


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "none", width: float = 1) -> Markup:
    return Markup(
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{escape(colour)}" '
        f'stroke-width="{width}" stroke-dasharray="{escape(dash)}"/>'
    )


def _block(x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> Markup:
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return Markup(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{escape(fill)}" stroke="{escape(edge)}"/>')


def _dot(x: float, y: float) -> Markup:
    return Markup('<circle cx="{0:.1f}" cy="{1:.1f}" r="3.5" fill="{2}"/>').format(x, y, _MAIN)


def _text(x: float, y: float, text: str, anchor: str, colour: str = _INK) -> Markup:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{escape(anchor)}"'
    return Markup(f'<text {place} fill="{escape(colour)}">{escape(text)}</text>')
