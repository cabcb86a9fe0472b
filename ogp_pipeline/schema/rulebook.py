"""The rulebook, made from schemas/rules.csv only: every rule with what its breaking means and what to do about it.

python -m ogp_pipeline.schema.rulebook docs        writes docs/rules.<language>.md again
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ogp_pipeline.schema.schemas import LANGUAGES, Rule, Schemas, load

FILE_NAME = "rules.{language}.md"

_LEVELS = {
    "en": {
        "blocks": ("To correct", "keeps what was sent out until it is corrected"),
        "please_check": ("Please check", "what was sent is taken; somebody should look at it"),
        "could_be_better": ("Could be better", "what was sent is taken; there is nothing to do"),
    },
    "es": {
        "blocks": ("Por corregir", "lo enviado no entra hasta que se corrija"),
        "please_check": ("Por revisar", "lo enviado entra; conviene que alguien lo revise"),
        "could_be_better": ("Se puede mejorar", "lo enviado entra; no hay que hacer nada"),
    },
}
_WORDS = {
    "en": {
        "heading": "Rules",
        "intro": (
            "Everything that a receipt can say. Made from `schemas/rules.csv` (version {version}): do not edit it, run "
            "`python -m ogp_pipeline.schema.rulebook docs`. What stands in braces is filled in from the file; the same "
            "list is published with every release as the table [`rules`](data-dictionary.en.md#rules)."
        ),
        "columns": ("Rule", "About", "Says", "Advises"),
        "frictionless": "Found by frictionless, the check of the table's form",
        "ogp": "Found by our own rules",
        "delivery": "delivery",
        "file": "file",
        "header": "headings",
        "table": "table",
        "row": "row",
        "cell": "cell",
    },
    "es": {
        "heading": "Reglas",
        "intro": (
            "Todo lo que puede decir un acuse de recibo. Se elabora a partir de `schemas/rules.csv` (versión "
            "{version}): no se edita, se ejecuta `python -m ogp_pipeline.schema.rulebook docs`. Lo que va entre "
            "llaves se llena con lo que trae el archivo; la misma lista se publica con cada versión como la tabla "
            "[`rules`](data-dictionary.es.md#rules)."
        ),
        "columns": ("Regla", "Sobre", "Dice", "Aconseja"),
        "frictionless": "Las encuentra frictionless, la revisión de la forma de la tabla",
        "ogp": "Las encuentran nuestras propias reglas",
        "delivery": "envío",
        "file": "archivo",
        "header": "encabezados",
        "table": "tabla",
        "row": "renglón",
        "cell": "celda",
    },
}


def markdown(schemas: Schemas, language: str) -> str:
    """All rules in one language, ours first, by level."""
    return "\n\n".join(_blocks(schemas, language)) + "\n"


def rows(schemas: Schemas) -> list[dict[str, str]]:
    """One row for each rule, all values text, in the order of rules.csv."""
    return [
        {"rule_id": rule.id, "level": rule.level, "applies_to": rule.applies_to}
        | {f"title_{language}": rule.title[language] for language in LANGUAGES}
        | {f"help_{language}": rule.help[language] for language in LANGUAGES}
        for rule in schemas.rules.values()
    ]


def write(schemas: Schemas, folder: Path) -> list[Path]:
    """Write the rulebook in every language into ``folder``; returns the files."""
    return write_pages(folder, FILE_NAME, lambda language: markdown(schemas, language))


def write_pages(folder: Path, name: str, text: Callable[[str], str]) -> list[Path]:
    """Write a page in every language into ``folder``; ``name`` has a place for the ``language``. Returns the files."""
    paths = []
    for language in LANGUAGES:
        path = folder / name.format(language=language)
        path.write_text(text(language), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def grid(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *cells]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _blocks(schemas: Schemas, language: str) -> Iterator[str]:
    words = _WORDS[language]
    yield f"# {words['heading']}"
    yield str(words["intro"]).format(version=schemas.version.partition("+")[0])
    for origin in ("ogp", "frictionless"):
        yield f"## {words[origin]}"
        for level, (name, meaning) in _LEVELS[language].items():
            chosen = [rule for rule in schemas.rules.values() if (rule.origin, rule.level) == (origin, level)]
            if chosen:
                yield f"**{name}**: {meaning}."
                yield _grid(chosen, language)


def _grid(rules: list[Rule], language: str) -> str:
    words = _WORDS[language]
    lines = [(f"`{one.id}`", str(words[one.applies_to]), one.title[language], one.help[language]) for one in rules]
    return grid(list(words["columns"]), lines)


def main() -> None:
    """``python -m ogp_pipeline.schema.rulebook FOLDER``."""
    parser = argparse.ArgumentParser(prog="python -m ogp_pipeline.schema.rulebook", description="Write the rulebook.")
    parser.add_argument("folder", type=Path, help="where to write rules.<language>.md")
    write(load(), parser.parse_args().folder)


if __name__ == "__main__":
    main()
