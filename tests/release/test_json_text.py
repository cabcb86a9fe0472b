"""The releases' JSON is that of the libraries, byte for byte."""

import json

import pytest
import rfc8785

from ogp_pipeline.release import json_text
from tests.every import for_every

DOCUMENTS = [
    {},
    [],
    {"empty": {}, "none": [], "nothing": None, "yes": True, "no": False},
    {"numbers": [0, -1, 1.5, 1e-7, 1e22, 10**20], "deep": [[["a"], []], {"b": {"c": [{}]}}]},
    {"ñ «é»": 'quoted "text"\n\t\\ \x01 \x7f \u2028 😀', "pair": ("a", 1)},
]


@pytest.mark.parametrize("indent", [1, 2])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_bytes_are_those_of_the_library(document, indent):
    assert (
        json_text.written(document, indent) == (json.dumps(document, ensure_ascii=False, indent=indent) + "\n").encode()
    )


@for_every(
    "document",
    [
        *DOCUMENTS[:3],
        {"b": 1, "a": [True, None, -5], "é": {"z": 2**53 - 1}, "text": 'a "b" \\ / \n \x01 \x7f \u2028'},
        {"numbers": [1.5, 1e-7, 1e22, 0.0, -0.0, 100.0]},
        {"\ufb01": 1, "😀": 2, "a": "😀"},
    ],
)
def test_the_canonical_bytes_are_those_of_the_library(document):
    assert json_text.canonical(document) == rfc8785.dumps(document)


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800"])
def test_what_has_no_canonical_bytes_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        json_text.canonical({"a": value})
