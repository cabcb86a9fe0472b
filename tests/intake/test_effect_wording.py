"""What a delivery does, in the sentences of each language."""

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import effect_wording
from ogp_pipeline.intake.effect import CellChange, Effect, RowChange, TableEffect
from ogp_pipeline.schema import schemas

CHANGED = RowChange(("XX0001.1", "2024-H1"), (CellChange("status", "limited", "complete"),))
GONE = RowChange(("XX0001.2", "2024-H1"))
EFFECT = Effect((TableEffect("updates", stood=6, stated=1, unchanged=4, changed=(CHANGED,), withdrawn=(GONE,)),))


def test_clauses_and_parts_are_written_as_each_language_writes_them() -> None:
    committed = schemas.load()
    told = {language: effect_wording.sentences(EFFECT, committed, language) for language in LANGUAGES}
    assert "retira 1 de 1 renglón; cambia 1 de sus 6 renglones; " in told["es"][0]
    assert "withdraws 1 of 1 row; changes 1 of your 6 rows; " in told["en"][0]
    assert "retire 1 ligne sur 1\u00a0; modifie 1 de vos 6 lignes\u00a0; " in told["fr"][0]
    french = [row for group in effect_wording.named(EFFECT, committed, "fr") for row in group.rows]
    assert french[0] == "XX0001.2 / 2024-H1" and french[1].startswith("XX0001.1 / 2024-H1\u00a0: ")
    nothing = Effect((TableEffect("updates", stood=1, stated=1, unchanged=1),))
    assert effect_wording.sentences(nothing, committed, "fr")[0].endswith("est répété dans 1 ligne.")
