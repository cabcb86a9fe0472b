"""Definitions as people read them: names of tables, columns, codes and measures give way to what they are called.

The data keep them as they are, for whoever looks the names up there.
"""

import re

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import quoted, spoken
from ogp_pipeline.i18n.text import Said
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.site.words import words

COMPLETION = "commitment_completion"
RULES = {"complete_if_all": "rule_complete_if_all", "lowest": "rule_lowest"}  # of ``programme.model.Evaluation``
NAME = re.compile(r"`?\b([a-z]+(?:_[a-z0-9]+)+)\b`?")
# A name of one word, which the text might use as a word: only where what stands beside it says that it is none.
_LONE = re.compile(
    r"\b(column|columna|colonne|row|renglón|ligne|period|periodo|période) (missing|start)\b|\b(overdue)(?=\s?:)"
)
# Categories of measures that are no codes of a list, by the word that the pages have for them.
_WORDS = {
    "none_named": "no_barrier_named",
    "not_said": "not_known",
    "outcome_not_said": "not_known",
    "start": "start_of_plan",
}
_PERCENT = ("below_25", "below_50", "below_75", "below_100")


class Plain:
    """Knows what everything in the schemas is called, in each language that it is asked for."""

    def __init__(self, schemas: Schemas, rollup: str | None = None) -> None:
        """``rollup``: the rule that the programme chose, by which commitments are complete."""
        self._schemas, self._rollup = schemas, rollup
        self._called: dict[str, dict[str, str]] = {}

    def said(self, text: Said | None) -> Said | None:
        """The text with every such name as what it is called, between quotation marks."""
        if text is None or (NAME.search(text.text) or _LONE.search(text.text)) is None:
            return text
        language = spoken(text.language)
        if language not in self._called:
            self._called[language] = _called(self._schemas, language)
        called = self._called[language]

        def told(match: re.Match[str]) -> str:
            return quoted(called[match[1]], language) if match[1] in called else match[0]

        def told_alone(match: re.Match[str]) -> str:
            beside = f"{match[1]} " if match[1] else ""
            return f"{beside}{quoted(called[match[2] or match[3]], language)}"

        return Said(_LONE.sub(told_alone, NAME.sub(told, text.text)), text.language)

    def definition(self, metric: str, text: Said | None) -> Said | None:
        """A metric's definition. Where the programme has a choice, what it chose comes first: it is what was asked."""
        told = self.said(text)
        if told is None or metric != COMPLETION or self._rollup is None:
            return told
        rule = words(spoken(told.language))[RULES[self._rollup]]
        return Said(f"{rule} {told.text}", told.language)


def _called(schemas: Schemas, language: str) -> dict[str, str]:
    """Name -> what it is called. Of two that bear one name, what people meet more often on the pages wins."""
    own = words(language)
    columns = {field.name: field.title[language] for table in schemas.tables.values() for field in table.fields}
    tables = {name: table.title[language] for name, table in schemas.tables.items()}
    codes = {code.code: code.label[language] for listed in schemas.codes.values() for code in listed}
    percent = {name: say(f"figure.percent.{name}", language) for name in _PERCENT}
    categories = {name: own[word] for name, word in _WORDS.items()}
    measures = {name: metric.title[language] for name, metric in schemas.metrics.items()}
    return {**columns, **tables, **codes, **own, **percent, **categories, **measures}
