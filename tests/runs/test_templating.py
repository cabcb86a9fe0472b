"""Where a template is written."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.runs.templating import _place


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("books", "there is no such folder; make it first"),
        ("books/a.xlsx", "the folder .* is not there; make it first"),
        ("a.csv", "give it a name that ends in .xlsx"),
    ],
)
def test_a_place_that_cannot_be_written_to_is_refused_with_what_to_do(tmp_path: Path, to: str, why: str) -> None:
    """A folder that was not there was told to end in .xlsx."""
    with pytest.raises(OgpError, match=why):
        _place(tmp_path / to, "a.xlsx")
    (tmp_path / "books").mkdir()
    assert _place(tmp_path / "books", "a.xlsx") == tmp_path / "books" / "a.xlsx"
