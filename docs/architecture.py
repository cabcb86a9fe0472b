"""Draws ``architecture.svg``: the rooms of ``ogp_pipeline`` in the order of its docstring. Run it after a change there.

    python docs/architecture.py

One drawing for README, CONTRIBUTING and the site, readable on light and on dark ground.
"""

import re
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

import ogp_pipeline

FILE = Path(__file__).with_name("architecture.svg")
# A floor begins with this room; its title, and what comes in from outside or goes out.
FLOORS = {
    "errors": ("What everything stands on", ""),
    "sources": ("From a file to tables", "agency files come in; receipts go back"),
    "evaluation": ("From tables to the public", "portals, researchers and the site's readers"),
    "starter": ("Who uses all of that", "engineers: commands and their answers"),
}
COLUMNS, WIDTH, HEIGHT, GAP, LEFT = 4, 218, 82, 12, 56
STYLE = """
    .ground { fill: #ffffff } .box { fill: #eef3f8; stroke: #54708c } .last { fill: #f6efe2; stroke: #8a6d3b }
    text { font: 13px system-ui, sans-serif; fill: #1b2733 } .name { font-weight: 700; font-size: 15px }
    .title { font-weight: 700; font-size: 16px } .soft { fill: #4a5b6c } .way { stroke: #54708c; fill: none }
    .head { fill: #54708c }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #10171e } .box { fill: #1d2a36; stroke: #7d9cba } .last { fill: #2e2719; stroke: #c2a368 }
      text { fill: #e8eef4 } .soft { fill: #a9bac9 } .way { stroke: #7d9cba } .head { fill: #7d9cba }
    }"""


def rooms() -> list[tuple[str, str]]:
    """Name and purpose of every room, in the order of the docstring."""
    return re.findall(r"^ +(\w+)  +(\S.*)$", ogp_pipeline.__doc__ or "", re.M)


def draw() -> str:
    """The picture as SVG."""
    parts: list[str] = []
    y, column = 58, 0
    for name, purpose in rooms():
        if name in FLOORS:
            y += (HEIGHT + GAP if column else 0) + (26 if parts else 0)
            parts.append(_title(*FLOORS[name], y))
            y, column = y + 12, 0
        elif column == COLUMNS:
            y, column = y + HEIGHT + GAP, 0
        parts.append(_box(name, purpose, LEFT + column * (WIDTH + GAP), y, "box"))
        column += 1
    y += HEIGHT + GAP + 26
    parts.append(_title("The only place that knows Prefect", "schedules, retries, alerts", y))
    parts.append(_box("flows", "the same functions as Prefect flows", LEFT, y + 12, "last"))
    bottom = y + 12 + HEIGHT
    return _whole(parts, bottom)


def _whole(parts: list[str], bottom: int) -> str:
    width, height = LEFT + COLUMNS * (WIDTH + GAP) + 12, bottom + 24
    names = ", ".join(name for name, _ in rooms())
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            'aria-labelledby="title description">',
            '  <title id="title">The rooms of OGP Pipeline</title>',
            f'  <desc id="description">In the order in which they may import, each only from those before it: {names}, '
            "and flows last.</desc>",
            f"  <style>{STYLE}\n  </style>",
            f'  <rect class="ground" width="{width}" height="{height}"/>',
            f'  <text x="{LEFT}" y="28" class="soft">A room imports only from rooms before it: to its left, and above.'
            "</text>",
            f'  <path class="way" d="M28 {bottom} V52" stroke-width="2"/>',
            '  <path class="head" d="M28 40 l-6 14 h12 z"/>',
            f'  <text class="soft" text-anchor="middle" transform="translate(18 {bottom // 2}) rotate(-90)">'
            "imports</text>",
            *parts,
            "</svg>",
            "",
        ]
    )


def _title(title: str, outside: str, y: int) -> str:
    said = f'  <text x="{LEFT}" y="{y}" class="title">{escape(title)}</text>'
    right = LEFT + COLUMNS * (WIDTH + GAP) - GAP
    return said + (
        f'<text x="{right}" y="{y}" class="soft" text-anchor="end">{escape(outside)}</text>' if outside else ""
    )


def _box(name: str, purpose: str, x: int, y: int, kind: str) -> str:
    lines = textwrap.wrap(purpose.replace("``", ""), 28)
    told = "".join(f'<tspan x="{x + 10}" dy="17">{escape(line)}</tspan>' for line in lines)
    return (
        f'  <g id="room-{name}"><rect class="{kind}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + 10}" y="{y + 22}"><tspan class="name">{name}</tspan>{told}</text></g>'
    )


if __name__ == "__main__":
    FILE.write_text(draw(), encoding="utf-8")
