"""The descriptors' JSON is that of the library, byte for byte."""

import json

import pytest

from ogp_pipeline.release import json_text

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
