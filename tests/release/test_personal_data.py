"""Contact details never leave: the guard finds them wherever they stand and says where."""

import pandas as pd
import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.release.personal_data import Leak, leaks, refuse
from ogp_pipeline.release.shape import CanonicalColumn, Shape, canonical
from tests.every import for_every

NOTES = Shape(
    "notes",
    (CanonicalColumn("id", "string"), CanonicalColumn("number", "integer"), CanonicalColumn("text", "string")),
    ("id", "number"),
)
CONTACTS = Shape("offices", (CanonicalColumn("id", "string"), CanonicalColumn("contact_phone", "string")), ("id",))


def notes(*texts):
    frame = pd.DataFrame({"id": "a", "number": range(1, len(texts) + 1), "text": texts})
    return canonical(frame, NOTES)


@pytest.mark.parametrize(
    "text",
    [
        "oficina@example.org",
        "Escriba a <oficina.datos+x@sub.example.org>, por favor.",
        "[mail](mailto:oficina@example.org)",
        "https://example.org/?to=oficina%40example.org",
        "first line\nOFICINA@EXAMPLE.ORG",
    ],
)
def test_an_email_address_is_found_in_any_text(text):
    assert list(leaks(notes("clean", text), NOTES)) == [Leak("notes", "a/2", "text", "e-mail address")]


@for_every("text", ["@agencia en redes", "a @ b", "5 @ 3.50", "user@localhost", "2022-01-01 55 1234 5678", None])
def test_what_only_looks_like_one_is_left_alone(text):
    assert list(leaks(notes(text), NOTES)) == []


def test_a_filled_contact_column_is_found_and_an_empty_one_is_not():
    rows = canonical(pd.DataFrame({"id": ["a", "b"], "contact_phone": [None, "55 1234 5678"]}), CONTACTS)
    assert list(leaks(rows, CONTACTS)) == [Leak("offices", "b", "contact_phone", "contact column")]


def test_the_refusal_counts_all_shows_twenty_and_never_repeats_the_address():
    with pytest.raises(OgpError, match="25 cells") as caught:
        refuse({"notes": notes(*["oficina@example.org"] * 25)}, {"notes": NOTES})
    message = str(caught.value)
    assert message.count("notes, row a/") == 20
    assert "… and 5 more" in message
    assert "oficina" not in message
