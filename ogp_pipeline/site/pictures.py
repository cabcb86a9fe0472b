"""The picture that is shown where somebody shares a page: what it is about, and where that stands, in a few words.

It is drawn when pages are made, with a font that stands beside this module, in sixteen colours: some six kilobytes. The
same words give the same bytes. Colours and patterns of levels are those of the pages on a light screen.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

from ogp_pipeline.site.bar import HATCHED, NO_EVIDENCE, SHADES, WITHDRAWN

WIDTH, HEIGHT = 600, 315
_LEFT, _RIGHT = 32, 28
_GREYS = 7  # from ink to paper: the edges of letters
_INK, _PAPER = (27, 39, 51), (255, 255, 255)
_LEVELS = ((179, 202, 228), (123, 162, 205), (69, 119, 173), (37, 90, 147), (15, 63, 116))
_BLANK, _MARK = (242, 242, 242), (118, 118, 118)
_PLACE_OF = {shade: _GREYS + place for place, shade in enumerate(SHADES)}
_AT_BLANK, _AT_MARK, _ACCENT = _GREYS + 5, _GREYS + 6, _GREYS + 4
_SOFT = 84  # of letters that are less important: 0 is ink, 255 is paper
_TOGREYS = [value * _GREYS // 256 for value in range(256)]
# What the font has beside the first blocks of Latin letters.
_ALSO = frozenset("\u0218\u0219\u021a\u021b‐‑‒–—―‘’‚“”„†‡•…‰‹›€™−")
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Poster:
    """``above``: of what it is a part; ``word``: where it stands, with its colour or pattern if it is ``marked``."""

    above: str
    title: str
    word: str = ""
    note: str = ""
    marked: bool = False
    shade: str | None = None


@lru_cache(maxsize=256)  # most things stand in the next release, and in another language, where they stood
def picture(poster: Poster) -> bytes | None:
    """A PNG; None where the font lacks letters of what is to be written."""
    above, title, word, note = (_written(text) for text in (poster.above, poster.title, poster.word, poster.note))
    if above is None or title is None or word is None or note is None or not title:
        return None
    drawn = _paper(above).copy()
    for place, line in enumerate(_lines(title, _large(), _MOST_LINES)):
        _write(drawn, (_LEFT, 66 + 40 * place), line, _large(), 0)
    left = _LEFT + (40 if poster.marked else 0)
    for line in _lines(word, _medium(), 1, WIDTH - left - _RIGHT):
        _write(drawn, (left, 210), line, _medium(), 0)
    for line in _lines(note, _small(), 1):
        _write(drawn, (_LEFT, 258), line, _small(), _SOFT)
    if poster.marked:
        _mark(ImageDraw.Draw(drawn), poster.shade)
    written = io.BytesIO()
    drawn.save(written, "PNG", bits=4, compress_type=zlib.Z_RLE)  # half the time of the default, a twelfth more bytes
    return written.getvalue()


@lru_cache(maxsize=8)  # all pictures of a language have the same
def _paper(above: str) -> Image.Image:
    """The paper, the bar at its left, and the line at its top."""
    paper = Image.new("P", (WIDTH, HEIGHT), _GREYS - 1)
    paper.putpalette(_palette())
    ImageDraw.Draw(paper).rectangle((0, 0, 11, HEIGHT), fill=_ACCENT)
    for line in _lines(above, _small(), 1):
        _write(paper, (_LEFT, 26), line, _small(), _SOFT)
    return paper


def _write(paper: Image.Image, at: tuple[int, int], line: str, font: ImageFont.FreeTypeFont, ink: int) -> None:
    """The line, word by word: most words were drawn before. ``at``: its left upper corner."""
    start = float(at[0])
    for word in line.split(" "):
        tile, (left, top) = _tile(word, font, ink)
        paper.paste(tile, (round(start) + left, at[1] + top))
        start += _width(f"{word} ", font)


@lru_cache(maxsize=5_000)
def _tile(word: str, font: ImageFont.FreeTypeFont, ink: int) -> tuple[Image.Image, tuple[int, int]]:
    """A word in the colours of the palette, and where it stands from the corner of its line."""
    left, top, right, bottom = (int(side) for side in font.getbbox(word))
    grey = Image.new("L", (max(right - left, 1), max(bottom - top, 1)), 255)
    ImageDraw.Draw(grey).text((-left, -top), word, font=font, fill=ink)
    return Image.frombytes("P", grey.size, grey.point(_TOGREYS).tobytes()), (left, top)


def _mark(pen: ImageDraw.ImageDraw, shade: str | None) -> None:
    """The square before the word of a level, in its colour or with its pattern."""
    left, top, size = _LEFT, 212, 26
    right, bottom = left + size, top + size
    pen.rectangle((left, top, right, bottom), fill=_PLACE_OF.get(shade or "", _AT_BLANK), outline=_AT_MARK)
    if (shade or HATCHED) == HATCHED:
        for step in range(6, 2 * size, 6):
            start, end = max(0, step - size), min(step, size)
            pen.line((left + start, top + step - start, left + end, top + step - end), fill=_AT_MARK)
    elif shade == NO_EVIDENCE:
        for x in range(left + 5, right, 8):
            for y in range(top + 5, bottom, 8):
                pen.rectangle((x - 1, y - 1, x + 1, y + 1), fill=_AT_MARK)
    elif shade == WITHDRAWN:
        pen.line((left, top, right, bottom), fill=_AT_MARK, width=3)
        pen.line((left, bottom, right, top), fill=_AT_MARK, width=3)


def _written(text: str) -> str | None:
    """The text without signs that the font lacks; None where it lacks a letter."""
    kept = []
    for sign in " ".join(text.split()):
        if " " <= sign < "\u0180" or sign in _ALSO:
            kept.append(sign)
        elif sign.isalnum():
            return None
    return "".join(kept).strip()


def _lines(text: str, font: ImageFont.FreeTypeFont, most: int, width: int = WIDTH - _LEFT - _RIGHT) -> list[str]:
    """The text in at most so many lines; what does not fit ends with an ellipsis."""
    lines, used, space = [""], 0.0, _length(" ", font)
    for word in _words(text, font, width):
        length = _length(word, font)
        if not lines[-1] or used + space + length <= width:
            used += (space if lines[-1] else 0.0) + length
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif len(lines) < most:
            lines.append(word)
            used = length
        else:
            cut = lines[-1]
            while cut and _length(f"{cut}…", font) > width:
                cut = cut[:-1]
            lines[-1] = f"{cut.rstrip()}…"
            break
    return [line for line in lines if line]


def _words(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """The words; one that is wider than a line in pieces."""
    for word in text.split():
        rest = word
        while _length(rest, font) > width:
            size = next(size for size in range(len(rest) - 1, 0, -1) if _length(rest[:size], font) <= width)
            yield rest[:size]
            rest = rest[size:]
        yield rest


@lru_cache(maxsize=20_000)  # the words of one programme come again and again
def _width(text: str, font: ImageFont.FreeTypeFont) -> float:
    return font.getlength(text)


@lru_cache(maxsize=5_000)  # of words, which come again as well
def _length(text: str, font: ImageFont.FreeTypeFont) -> float:
    """As wide as the text is at most: without the closer stand of some pairs of letters."""
    return sum(_width(sign, font) for sign in text)


def _palette() -> list[int]:
    greys = [
        tuple(ink + (paper - ink) * step // (_GREYS - 1) for ink, paper in zip(_INK, _PAPER, strict=True))
        for step in range(_GREYS)
    ]
    return [part for colour in (*greys, *_LEVELS, _BLANK, _MARK) for part in colour]


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    file = resources.files("ogp_pipeline.site").joinpath("fonts", f"Roboto-{name}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(file), size, layout_engine=ImageFont.Layout.BASIC)  # no library of the system


@cache
def _small() -> ImageFont.FreeTypeFont:
    return _font("Regular", 19)


@cache
def _medium() -> ImageFont.FreeTypeFont:
    return _font("Medium", 24)


@cache
def _large() -> ImageFont.FreeTypeFont:
    return _font("Medium", 31)
