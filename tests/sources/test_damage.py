"""Damaged text is told from text, whatever language or alphabet it is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_pipeline.sources import damage
from tests.every import for_every

SPANISH = "Publicación en línea: ¿qué año? «Ñandú», pingüino — 1º… “sí”"
_SLOPPY = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def misread(text: str, encoding: str) -> str:
    """As a program shows UTF-8 that it takes for another encoding."""
    return "".join(
        _SLOPPY[byte] if encoding == "cp1252" and byte in _SLOPPY else bytes([byte]).decode(encoding)
        for byte in text.encode()
    )


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_text_that_was_read_in_another_encoding_is_told_as_it_was(encoding):
    found = damage.garbled(misread(SPANISH, encoding))
    assert found is not None and found.meant == SPANISH


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
def test_a_letter_that_was_lost_and_then_read_in_another_encoding_is_lost_for_good(encoding):
    found = damage.garbled(f"Informaci{misread(chr(0xFFFD), encoding)}n")
    assert found is not None and found.meant is None and len(found.broken) == 3


def test_text_that_was_read_wrongly_twice_is_told_as_it_was():
    found = damage.garbled(misread(misread("Publicación", "cp1252"), "cp1252"))
    assert found is not None and found.meant == "Publicación"


@for_every(
    "text",
    [
        SPANISH,
        "Ação pública, São Paulo",
        "l’été à Liège: «déjà» vu",
        "År 2024”",
        "Łódź, Příbram",
        "Ελλάδα",
        "日本",
        "A−B √2",
        "NÃO",
    ],
)
def test_text_that_people_write_is_left_alone(text):
    assert damage.garbled(text) is None


@given(st.text(st.sampled_from("áéíóúüñÁÉÍÓÚÜÑ¿¡ abcXYZ.,;:()«»“”—’"), max_size=40))
def test_no_spanish_is_ever_taken_for_damage(text):
    assert damage.garbled(text) is None


@for_every(
    "text",
    ["#¡REF!", "#REF!", "#N/D", "#N/A", "#¡VALOR!", "#VALUE!", "#¡DIV/0!", "#DIV/0!", "#¿NOMBRE?", "#NAME?", "#NUM!",
     "#¡NULO!", "#BEZUG!", "#WERT!", "#NV", "#VALEUR!", "#NOM?", "#NÚM!", "#ERROR!", "Err:502", "########", " #N/D "],
)  # fmt: skip
def test_the_errors_of_every_spreadsheet_are_known(text):
    assert damage.is_error_value(text)


@for_every("text", ["#GobiernoAbierto", "#1", "# 12", "#GOB", "Error 502", "#", "##", "¡Listo!"])
def test_what_people_write_with_that_sign_is_text(text):
    assert not damage.is_error_value(text)


@for_every(
    ("text", "piece"),
    [("a&nbsp;b", "&nbsp;"), ("R&amp;D", "&amp;"), ("informaci&oacute;n", "&oacute;"), ("&#243;", "&#243;"),
     ("a_x000D_b", "_x000D_"), ("<p>Listo</p>", "<p>"), ("uno<br/>dos", "<br/>"),
     ('<a href="x">y</a>', '<a href="x">')],
)  # fmt: skip
def test_markup_is_named(text, piece):
    assert damage.markup(text) == piece


@pytest.mark.parametrize("text", ["R&D; más", "a < b > c", "x_x000", "<meta pendiente>", "https://a.mx/?a=1&b=2;c"])
def test_signs_that_people_use_are_no_markup(text):
    assert damage.markup(text) is None


@pytest.mark.parametrize("text", ['{"es": "x"}', "{'es': 'x'}", '[{"a": 1}]', '["a", "b"]'])
def test_values_as_a_program_holds_them(text):
    assert damage.is_nested(text)


@pytest.mark.parametrize("text", ["{x}", "[1]", "[sic] texto", "{", '{"es": '])
def test_brackets_that_people_write(text):
    assert not damage.is_nested(text)


@for_every("text", ["#" * 99_999 + "x", "Ã" * 99_999, "&a" * 50_000, "<p " * 30_000, "{" * 99_999 + "}", "a?" * 49_999])
def test_long_texts_take_no_time(text):
    (
        damage.garbled(text),
        damage.is_error_value(text),
        damage.markup(text),
        damage.is_nested(text),
        damage.lost_letter(text),
    )
