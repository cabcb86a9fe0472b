"""The rulebook, made from schemas/rules.csv only: every rule with what its breaking means and what to do about it.

python -m ogp_pipeline.schema.rulebook docs        writes docs/rules.<language>.md again
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from ogp_pipeline.i18n.catalogue import say, texts
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.schema.schemas import Rule, Schemas, load

FILE_NAME = "rules.{language}.md"


def markdown(schemas: Schemas, language: str) -> str:
    """All rules in one language, ours first, by level."""
    return "\n\n".join(_blocks(schemas, language)) + "\n"


def rows(schemas: Schemas) -> list[dict[str, str]]:
    """One row for each rule, all values text, in the order of rules.csv."""
    return [
        {"rule_id": rule.id, "level": rule.level, "applies_to": rule.applies_to}
        | {f"title_{language}": rule.title[language] for language in schemas.languages}
        | {f"help_{language}": rule.help[language] for language in schemas.languages}
        for rule in schemas.rules.values()
    ]


def write(schemas: Schemas, folder: Path) -> list[Path]:
    """Write the rulebook in every language into ``folder``; returns the files."""
    return write_pages(folder, FILE_NAME, lambda language: markdown(schemas, language))


def write_pages(folder: Path, name: str, text: Callable[[str], str]) -> list[Path]:
    """Write a page in every language into ``folder``; ``name`` has a place for the ``language``. Returns the files."""
    paths = []
    for language in ENGLISH_FIRST:
        path = folder / name.format(language=language)
        path.write_text(text(language), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def grid(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [headings, ["---"] * len(headings), *cells]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _blocks(schemas: Schemas, language: str) -> Iterator[str]:
    yield f"# {say('rulebook.heading', language)}"
    intro = texts("rulebook.intro.", language).values()
    yield " ".join(intro).format(version=schemas.version.partition("+")[0], language=language)
    for origin in ("ogp", "frictionless"):
        yield f"## {say(f'rulebook.origin.{origin}', language)}"
        for level, name in texts("rulebook.level.", language).items():
            chosen = [rule for rule in schemas.rules.values() if (rule.origin, rule.level) == (origin, level)]
            if chosen:
                yield f"**{name}**: {say(f'rulebook.meaning.{level}', language)}."
                yield _grid(chosen, language)


def _grid(rules: list[Rule], language: str) -> str:
    about = texts("rulebook.about.", language)
    lines = [(f"`{rule.id}`", about[rule.applies_to], rule.title[language], rule.help[language]) for rule in rules]
    return grid(list(texts("rulebook.columns.", language).values()), lines)


def main() -> None:
    """``python -m ogp_pipeline.schema.rulebook FOLDER``."""
    parser = argparse.ArgumentParser(prog="python -m ogp_pipeline.schema.rulebook", description="Write the rulebook.")
    parser.add_argument("folder", type=Path, help="where to write rules.<language>.md")
    write(load(), parser.parse_args().folder)


if __name__ == "__main__":
    main()
