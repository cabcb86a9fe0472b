"""A programme's own scale of progress: declared in its file, with labels, order and meaning."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.evaluation.scales import scale
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.release.content import code_lists
from ogp_pipeline.schema import schemas
from tests.small_country import PROGRAMME

LEVELS = (
    ("late", "delayed"),
    ("new", "not_started"),
    ("going", "started"),
    ("stopped", "paused"),
    ("done", "complete"),
    ("dead", "broken"),
    ("moved", "superseded"),
)
OWN = "scales:\n  - id: traffic-lights\n    levels:\n" + "".join(
    f"      - {{code: {code}, meaning: {meaning}, label: {{en: {code.title()}, es: {code.upper()}}}}}\n"
    for code, meaning in LEVELS
)
TEXT = PROGRAMME.replace("scale: us-nap5", "scale: traffic-lights") + OWN


def _mistakes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ProgrammeError) as caught:
        programme_file.parse(text, schemas.load(), Path("programme.yaml"), files=False)
    return caught.value.mistakes


def test_the_levels_are_codes_of_the_list_with_their_labels_in_every_language_of_the_programme() -> None:
    programme = programme_file.parse(TEXT, schemas.load(), Path("programme.yaml"), files=False)
    known = programme_file.schemas_of(programme, schemas.load())
    published = code_lists(known)
    rows = published[published["scale"] == "traffic-lights"]
    assert list(rows["code"]) == [code for code, _ in LEVELS] and list(rows["order"]) == list(range(1, 8))
    assert (rows.iloc[0]["label_en"], rows.iloc[0]["label_es"]) == ("Late", "LATE")
    assert programme_file.schemas_of(programme, known) == known
    assert all(not code.own for code in schemas.load().codes["progress_status"])


def test_trouble_is_told_by_meaning_and_counts_as_the_progress_that_it_is() -> None:
    programme = programme_file.parse(TEXT, schemas.load(), Path("programme.yaml"), files=False)
    own = scale(programme_file.schemas_of(programme, schemas.load()), "traffic-lights")
    assert own.ladder == ("dead", "new", "stopped", "late", "going", "done")  # not the order in which people see them
    assert own.ladder[own.first_under_way] == "going" and own.under_way == (False, False, True, True, True, True)
    assert own.withdrawn == "moved"
    assert {own.meanings[code] for code in ("late", "stopped", "going")} == {"started"}


def test_what_a_scale_lacks_is_told_with_its_line() -> None:
    [(line, said)] = _mistakes(TEXT.replace("label: {en: Going, es: GOING}", "label: {en: Going}"))
    assert "`going`" in said and said.endswith("in es too: codes are published in that language")
    assert TEXT.splitlines()[(line or 0) - 1].startswith("      - {code: going")
    assert "another scale `us-nap5`" in _mistakes(TEXT.replace("traffic-lights", "us-nap5"))[0][1]
    assert (
        "no level with the meaning `complete`" in _mistakes(TEXT.replace("meaning: complete", "meaning: started"))[0][1]
    )
    assert "more than once" in _mistakes(TEXT.replace("code: going", "code: late"))[0][1]
    assert (
        "there is no progress scale `nothing`"
        in _mistakes(TEXT.replace("scale: traffic-lights", "scale: nothing"))[0][1]
    )
