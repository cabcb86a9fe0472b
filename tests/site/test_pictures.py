"""The picture of a shared page: small, the same every time, and never of empty boxes."""

import io

import pytest
from PIL import Image

from ogp_pipeline.site import bar
from ogp_pipeline.site.pictures import HEIGHT, WIDTH, Poster, picture

POSTER = Poster("Compromisos de gobierno abierto", "MX0001 Publicar la calidad del agua", "En proceso", "3 hitos", True)


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    return Image.open(io.BytesIO(data))


def test_a_picture_is_small_of_its_size_and_the_same_every_time() -> None:
    data = picture(POSTER)
    assert data is not None and len(data) < 25_000 and data == picture(POSTER)
    assert opened(data).size == (WIDTH, HEIGHT) and opened(data).format == "PNG"


@pytest.mark.parametrize("title", ["Открытые данные", "开放数据", "بيانات", ""])
def test_what_the_font_cannot_write_has_no_picture(title: str) -> None:
    assert picture(Poster("Plan", title)) is None


def test_signs_that_are_no_letters_are_left_out_and_accents_are_not() -> None:
    assert picture(Poster("Plan", "Niñez 👩‍⚕️ y más")) == picture(Poster("Plan", "Niñez  y más"))
    assert picture(Poster("Plan", "Niñez")) != picture(Poster("Plan", "Ninez"))


def test_a_long_title_and_a_word_without_end_stay_within_the_picture() -> None:
    for title in ("Publicar la calidad del agua " * 20, "x" * 400):
        edge = opened(picture(Poster("Plan", title))).convert("L").crop((WIDTH - 20, 0, WIDTH, HEIGHT))
        assert edge.getextrema() == (255, 255)


def test_every_level_and_every_pattern_looks_different() -> None:
    shades = [None, bar.NO_EVIDENCE, bar.WITHDRAWN, *bar.SHADES]
    drawn = {picture(Poster("Plan", "Agua", "", "", True, shade)) for shade in shades}
    assert len(drawn) == len(shades)
