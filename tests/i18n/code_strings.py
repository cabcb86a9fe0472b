"""The texts that stand in the package's own code, found by its syntax tree: sentences, and languages named by hand."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ogp_pipeline.i18n.languages import LANGUAGES
from tests.parsed import nodes_of, text_of

_WORDS = re.compile(r"[^\W\d_]{2,}[,;:]?[ \N{NO-BREAK SPACE}]+[^\W\d_]+")
_MARKUP = re.compile(r"\s*<\w")
_HEADER = re.compile(r"[\w.+-]+/[\w.+-]+; charset=|(?:public|private), |gzip, ")
_COMPUTED = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<style.*?</style>|<script.*?</script>|<[^>]*>", re.DOTALL)
_LANGUAGE = re.compile(rf"(?:\w+_)?(?:{'|'.join(LANGUAGES)})")
_NAMED = re.compile(rf"(?:\b|_)(?:{'|'.join(LANGUAGES)})\b")
_TEMPLATE = re.compile(rf"""["']({_LANGUAGE.pattern})["']|\.({"|".join(LANGUAGES)})\b""")

# Calls whose words are the engineer's: the log, the command line, registers, patterns. Exceptions are told by name.
_LOGGERS = {"log", "LOG", "_LOG", "logger", "_logger", "warnings"}
_CALLS = {"ArgumentParser", "add_argument", "Option", "Argument", "Register", "compile", "getLogger"}


@dataclass(frozen=True)
class Found:
    """A string of the code: its file below the package, its line and what it says."""

    file: str
    line: int
    text: str


def sentences(file: str, source: str) -> list[Found]:
    """The strings with two words or more that a person could come to read.

    Not docstrings, exceptions, logs, the words of the command line, patterns, markup, HTTP headers, keys of mappings,
    what is compared with others' words.
    """
    passed = {id(inner) for node in nodes_of(source) for outer in _engineers(node) for inner in ast.walk(outer)}
    return [
        found
        for node, text in _strings(nodes_of(source))
        if id(node) not in passed and _WORDS.search(text) and not _MARKUP.match(text) and not _HEADER.match(text)
        for found in [Found(file, node.lineno, text)]
    ]


def sentences_of_template(file: str, source: str) -> list[Found]:
    """The same in a template of a page: in its markup, and between quotation marks in what it computes."""
    spoken = _TAG.sub(lambda tag: "\n" * tag[0].count("\n"), _COMPUTED.sub(_quoted, source))
    lines = enumerate(spoken.splitlines(), start=1)
    return [Found(file, number, line.strip()) for number, line in lines if _WORDS.search(line)]


def _quoted(computed: re.Match[str]) -> str:
    strings = [] if computed[0].startswith("{#") else re.findall(r"""["']([^"']*)["']""", computed[0])
    said = " ".join(one for one in strings if _WORDS.search(one) and not _MARKUP.match(one))
    return (said or "\0") + "\n" * computed[0].count("\n")


def languages(file: str, source: str) -> list[Found]:
    """Where a language is named by hand: ``"es"``, ``"title_es"``, ``text.es``, ``f(es=…)``."""
    found: list[Found] = []
    if not _NAMED.search(source):
        return found
    for node in nodes_of(source):
        match node:
            case ast.Constant(value=str(text)) if _LANGUAGE.fullmatch(text):
                found.append(Found(file, node.lineno, text))
            case ast.Attribute(attr=name) if name in LANGUAGES:
                found.append(Found(file, node.lineno, f".{name}"))
            case ast.keyword(arg=str(name)) if _LANGUAGE.fullmatch(name):
                found.append(Found(file, node.value.lineno, f"{name}="))
            case ast.AnnAssign(target=ast.Name(id=name)) if _LANGUAGE.fullmatch(name):
                found.append(Found(file, node.lineno, name))
            case _:
                pass
    return found


def languages_of_template(file: str, source: str) -> list[Found]:
    """The same in a template of a page."""
    return [
        Found(file, number, match[0])
        for number, line in enumerate(source.splitlines(), start=1)
        for match in _TEMPLATE.finditer(line)
    ]


def files(package: Path, pattern: str) -> Iterator[tuple[str, str]]:
    """The files of a kind below the package, with what stands in them."""
    for path in sorted(package.rglob(pattern)):
        yield path.relative_to(package).as_posix(), text_of(path)


def _strings(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.expr, str]]:
    """Every string, and an f-string as one with ``{}`` for what is filled in."""
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            pieces = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node, "".join(map(str, pieces))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node, node.value


def _engineers(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in this node for the engineer alone, or is no text at all."""
    match node:
        case ast.Expr(value=ast.Constant()):
            yield node
        case ast.Raise() | ast.Assert():
            yield node
        case ast.Dict(keys=keys):
            yield from (key for key in keys if key is not None)
        case ast.Subscript(slice=ast.Constant() as key):
            yield key
        case ast.Compare():
            yield node
        case ast.Call(func=ast.Attribute(attr="startswith" | "endswith")):
            yield node
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner))) if owner in _LOGGERS:
            yield node
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            if name.endswith(("Error", "Exception", "Warning")) or name in _CALLS:
                yield node
        case _:
            pass
