"""No text keeps a pattern: each pattern of the package is tried on hostile repetitions, and so are loops of our own.

Patterns are found, not listed: those that stand in a module, and those that are written where they are used. Texts are
made of the pattern's own letters. What takes no measurable time at 4,000 characters (by day 1,500) is fine; all else
may take 24 times as long for eight times the text, and no more. A linear search takes 8 times as long, a quadratic one
64 times: a busy machine does not decide between them.
"""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import ogp_pipeline
from ogp_pipeline import patterns
from ogp_pipeline.formats import csv, json, markdown
from ogp_pipeline.formats.content import is_web_page, recognise
from ogp_pipeline.formats.format import File
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.patterns import LinearPattern
from ogp_pipeline.schema import schemas
from ogp_pipeline.sources import prose, quantities, typos
from tests.parsed import text_of, tree_of
from tests.sample import by_day

PACKAGE = Path(ogp_pipeline.__file__).parent
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
COMPILERS = ("compile", "compile_linear", "compile_given")
SIZES = (12, 24, 100, 400, 1500, 4000)
SIZES_BY_DAY = (24, 400, 1500)
UNMEASURABLE_S = 0.003
CERTAIN_S = 0.2  # of work: no disturbance of a moment
HOPELESS_S = 1.0
TIMES = 8
MOST = 24  # a linear search takes 8 times as long for 8 times the text, a quadratic one 64 times
COMMON = ["a", "1", " ", "\n", " \n", "%40", "@.", "a@", "((", "<!---->", "<br>", ". ", "''", '"', "\\", "é", "-", "1,"]
# Made of values, so that the test cannot read them: what they are made of, and why they are harmless.
COMPUTED = {
    "validation.normalisation": "a pattern constraint of schemas/, whose patterns are tried below",
    "formats.markdown": "patterns of the programme file: `compile_given`",
    "sources.mapper": "patterns of the programme file: `compile_given`",
    "sources.columns": "patterns of the programme file: `compile_given`",
    "sources.credentials": "headers' names and secrets of the environment, escaped, twelve signs at most between them",
    "sources.prose": "a link's target as it stands, and one character that must not follow",
    "sources.damage": "bytes of UTF-8 as letters of another encoding: three at most, nothing is repeated",
    "workbooks.appearance": "the numbers of a workbook's own styles, within one tag: no search crosses `<` or `>`",
    "sources.patterns": "a pattern of `files:` as `fnmatch` writes it, over one name of at most 255 bytes",
    "programme.mapping_check": "compiles what the programme file says, and reads nothing with it",
    "profiling.columns": "a separator that `split.on` gets, one of four that stand in the module",
    "profiling.identifiers": "a pattern constraint of schemas/, whose patterns are tried below",
    "profiling.rounds": "words of headings, escaped, around one group, over these very headings",
    "runs.first_mapping": "patterns of a proposed source: `compile_given`",
    "profiling.periods": "words of the catalogue, escaped, before digits",
    "publishing.deposit": "the publication's address, escaped, and digits",
    "sources.ordinals": "signs of the catalogue, escaped, behind one or two digits",
    "cli.views_map": "patterns of a proposed source, over the headings that they were made of",
    "sources.parts": "patterns of the programme file: `compile_given`",
    "sources.conditions": "patterns of the programme file: `compile_given`",
    "sources.spelling": "patterns of the programme file: `compile_given`",
    "validation.headings": "patterns of the programme file: `compile_given`",
    "programme.mapping_parts_check": "compiles what the programme file says, and reads nothing with it",
    "patterns": "compiles what it is given",
}

CATEGORIES = {"DIGIT": r"\d", "WORD": r"\w", "SPACE": r"\s", "NOT_DIGIT": r"\D", "NOT_WORD": r"\W", "NOT_SPACE": r"\S"}

Used = tuple[str, Any, tuple[str, ...]]  # where it stands, the compiled pattern, the methods used


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        yield name, tree_of(text_of(path))


def used_methods(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Name of a pattern -> the methods called on that name anywhere in the package (or handed to something else)."""
    found: dict[str, set[str]] = {}
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                owner = node.value
                if isinstance(owner, ast.Name | ast.Attribute):
                    name = owner.id if isinstance(owner, ast.Name) else owner.attr
                    found.setdefault(name, set()).add(node.attr)
    return found


def compiled(value: object) -> Iterator[Any]:
    if isinstance(value, re.Pattern | LinearPattern):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from compiled(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from compiled(item)


def of_modules(trees: dict[str, ast.Module]) -> Iterator[Used]:
    methods = used_methods(trees)
    seen: set[int] = set()
    for name in trees:
        if name == "__main__" or name.endswith(".__main__"):
            continue
        module = importlib.import_module(f"ogp_pipeline.{name}" if name != "__init__" else "ogp_pipeline")
        for attribute, value in vars(module).items():
            for pattern in compiled(value):
                if id(pattern) in seen:  # imported from another module
                    continue
                seen.add(id(pattern))
                yield f"{name}.{attribute}", pattern, tuple(methods.get(attribute, METHODS[:4]))


def of_calls(trees: dict[str, ast.Module]) -> tuple[list[Used], list[str]]:
    """``re.search("…", text)`` and the like inside functions; and where the pattern is no plain text."""
    found: list[Used] = []
    computed: list[str] = []
    for name, tree in trees.items():
        outside = {id(inner) for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)
                   for inner in ast.walk(node)}  # fmt: skip
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and id(node) not in outside):
                continue
            called = ast.unparse(node.func)
            method = called.rpartition(".")[2]
            if (called.startswith("re.") and method in (*METHODS, "compile")) or method in COMPILERS[1:]:
                given = node.args[0]
                if not isinstance(given, ast.Constant):
                    computed.append(name)
                    continue
                flags = next((ast.unparse(key.value) for key in node.keywords if key.arg == "flags"), "0")
                pattern = re.compile(given.value, eval(flags, {"re": re}))
                found.append((f"{name}:{node.lineno}", pattern, METHODS[:4] if "compile" in method else (method,)))
    return found, computed


@cache
def in_package() -> tuple[list[Used], list[str]]:
    """All patterns of the package, and the modules that compute one. Not at import: each worker would look for them."""
    trees = dict(modules())
    inline, computed = of_calls(trees)
    return [*of_modules(trees), *inline], computed


def pieces(pattern: Any) -> tuple[list[str], str]:
    """Letters that the pattern knows, one for each of its parts in their order, and the shortest text of these."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    flags = getattr(pattern, "flags", 0) & (re.I | re.M | re.S)
    parts: list[str] = []

    def walk(items: Any) -> str:
        shortest = ""
        for code, argument in items:
            match str(code):
                case "LITERAL":
                    parts.append(chr(argument))
                    shortest += chr(argument)
                case "NOT_LITERAL" | "ANY":
                    parts.append("x")
                    shortest += "x"
                case "IN":
                    letter = next((one for one in "a1 \t-.,x<@\n" if re.fullmatch(written(argument), one)), None)
                    every = map(chr, range(0x110000))
                    letter = letter or next(one for one in every if re.fullmatch(written(argument), one))
                    parts.append(letter)
                    shortest += letter
                case "BRANCH":
                    texts = [walk(branch) for branch in argument[1]]
                    shortest += texts[0]
                case "SUBPATTERN":
                    shortest += walk(argument[3])
                case "ATOMIC_GROUP":
                    shortest += walk(argument)
                case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                    inside = walk(argument[2])
                    parts.append(inside)
                    shortest += inside * min(argument[0], 8)
        return shortest

    def written(items: Any) -> str:
        inside = ""
        for code, argument in items:
            match str(code):
                case "NEGATE":
                    inside += "^"
                case "LITERAL":
                    inside += re.escape(chr(argument)) if chr(argument) != "^" else r"\^"
                case "RANGE":
                    inside += f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}"
                case "CATEGORY":
                    inside += CATEGORIES[str(argument).removeprefix("CATEGORY_")]
        return f"[{inside}]"

    parse: Any = re._parser.parse  # type: ignore[attr-defined]
    shortest = walk(parse(text, flags))
    return [part for part in dict.fromkeys(parts) if part], shortest


def hostile(pattern: Any, *, sample: bool = False) -> Iterator[Callable[[int], str]]:
    """Texts of about n characters: a beginning that fits, something many times, and an end that spoils it.

    ``sample``: with no beginning or the whole of one, not with each part of it; of its letters five and of others
    four; and always with an end that spoils it.
    """
    parts, shortest = pieces(pattern)
    units = dict.fromkeys(
        [*parts[:5], shortest, *COMMON[:4]]
        if sample
        else [*parts[:14], *(a + b for a, b in pairwise(parts)), shortest, *COMMON]
    )
    parts_of_it = set() if sample else {len(shortest) // 2, *range(min(len(shortest), 4))}
    cuts = sorted({0, len(shortest)} | parts_of_it)
    for start in dict.fromkeys(shortest[:cut] for cut in cuts):
        for unit in units:
            if unit:
                for end in ("\0!",) if sample else ("", "\0!"):
                    yield lambda n, start=start, unit=unit, end=end: start + unit * (n // len(unit) + 1) + end


def seconds(run: Callable[[], object], tries: int = 1) -> float:
    """The least of the times that this thread worked on it: others of the process and the machine do not count."""
    best = float("inf")
    for _ in range(tries):
        begun = time.thread_time()
        run()
        best = min(best, time.thread_time() - begun)
    return best


def grows_too_fast(
    run: Callable[[str], object], text: Callable[[int], str], sizes: tuple[int, ...] = SIZES
) -> str | None:
    """How, or None. Sizes grow in steps, so that what is exponential is found before it takes for ever."""
    for size in sizes:
        spent = seconds(lambda size=size: run(text(size)))
        if spent > HOPELESS_S:
            return f"{size} characters {spent:.1f} s: {text(9)!r}"
        if spent > UNMEASURABLE_S:
            once = seconds(lambda size=size: run(text(size)), 3)
            if once > UNMEASURABLE_S and (longer := seconds(lambda size=size: run(text(TIMES * size)))) > MOST * once:
                once = seconds(lambda size=size: run(text(size)), 5)  # something else may have taken the time
                longer = min(longer, seconds(lambda size=size: run(text(TIMES * size)), 1 if longer > CERTAIN_S else 5))
                if longer > MOST * once:
                    return f"{size} characters {once * 1000:.1f} ms, {TIMES} times {longer * 1000:.0f} ms: {text(9)!r}"
    return None


def runner(pattern: Any, method: str) -> Callable[[str], object]:
    def run(text: str) -> object:
        given: Any = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
        if method in ("sub", "subn"):
            return getattr(pattern, method)(given[:0], given)
        found = getattr(pattern, method)(given)
        return sum(1 for _ in found) if method == "finditer" else found

    return run


def faults(found: list[Used], *, sample: bool = False) -> list[str]:
    slow = []
    for where, pattern, methods in found:
        for method in methods:
            run = runner(pattern, method)
            sizes = SIZES_BY_DAY if sample else SIZES
            found_slow = (
                how for text in hostile(pattern, sample=sample) if (how := grows_too_fast(run, text, sizes)) is not None
            )
            if (how := next(found_slow, None)) is not None:
                slow.append(f"{where}.{method}: {how}")
    return slow


@pytest.mark.parametrize("trusted", by_day([True, False], [True]))
def test_every_pattern_takes_time_in_proportion_to_the_text(trusted: bool) -> None:
    """By day RE2 is trusted that one search is linear; what searches again and again is measured on a sample."""
    written, _ = in_package()
    assert len(written) > 80
    tried = [(name, each, again(each, methods) if trusted else methods) for name, each, methods in written]
    assert not faults(tried, sample=trusted)


def again(pattern: Any, methods: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the methods that are more than one search, or all for a pattern of ``re``."""
    one_search = ("search", "match", "fullmatch") if isinstance(pattern, LinearPattern) else ()
    return tuple(method for method in methods if method not in one_search)


def test_every_pattern_of_the_schemas_takes_time_in_proportion_to_the_text() -> None:
    """frictionless tries them with ``re``, as ``^…$`` from the beginning."""
    tables = schemas.load().tables.values()
    written = {field.constraints.get("pattern") for table in tables for field in table.fields} - {None}
    assert written
    assert not faults([(each, re.compile(f"^{each}$"), ("match",)) for each in sorted(written)])


def test_the_patterns_which_cannot_be_read_here_are_the_ones_listed() -> None:
    assert set(in_package()[1]) == set(COMPUTED)


@pytest.mark.parametrize(
    ("pattern", "method"),
    by_day(
        [(r"a*a*a*b", "match"), (r"[^\s@]+@[^\s@]+", "search"), (r"^(.*?)#*$", "match"), (r"\s+\Z", "sub")],
        [(r"\s+\Z", "sub")],
    ),
)
def test_what_grows_faster_is_noticed(pattern: str, method: str) -> None:
    assert faults([("here", re.compile(pattern, re.M), (method,))], sample=True)
    linear = patterns.compile_linear(pattern, re.M)
    assert not faults([("here", linear, (method,))], sample=True)


def marked(text: str, **how: Any) -> object:
    file = File("f.md", Path("f.md"), text.encode())
    return markdown.read(file, markdown.MarkdownReader(kind="markdown", **how), Limits())


LOOPS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "markdown headings": (lambda text: marked(text, headings="(?P<a>.*)"), ["# a\n", "```\n# a\n", "#", "\n", "<br>"]),
    "markdown sections": (lambda text: marked(text, sections={"a": "a"}), ["a", "a\n", "\n", "<br/>", "---\n"]),
    "front matter": (lambda text: marked(f"---\n{text}"), ["a: b\n", "- ", "[", "&a ", "'", "? ", "%"]),
    "plain text": (prose.plain, ["\n", "<li>", "http://x)"]),
    "links": (prose.links, ["[a](b)", "http://x)"]),
    "dates": (lambda text: typos.dates(text) + quantities.dates(text, ["%d %B %Y"]), ["1", "a", "1/", "1 "]),
    "numbers": (
        lambda text: (typos.numbers(text, percent=True), quantities.number(text, ",")),
        ["1", "1.", "1,1 ", "0"],
    ),
    "what it is": (lambda text: (is_web_page(text.encode()), recognise(text.encode())), ["<!---->", "<!-- ", " ", "["]),
    "JSON": (
        lambda text: json.read(File("f.json", Path("f.json"), text.encode()), json.JsonReader(kind="json"), Limits()),
        ["[", '{"a":', '[{"a":1},', "1", '"', "\\u"],
    ),
    "CSV": (
        lambda text: csv.read(File("f.csv", Path("f.csv"), text.encode()), csv.CsvReader(kind="csv"), Limits()),
        ['"', ",", "a,b\n", '""', "\r", ";", "<!---->"],
    ),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_of_our_own_takes_time_in_proportion_to_the_text(loop: str) -> None:
    run, units = LOOPS[loop]
    for unit in units:
        for end in ("", "!"):

            def text(n: int, unit: str = unit, end: str = end) -> str:
                return unit * (n // len(unit)) + end

            assert grows_too_fast(run, text, sizes=(2000,)) is None


@pytest.mark.parametrize(
    "pattern", [r"[^\s@]+@[^\W\d_]{2,}", r"^(?P<a>[A-F]\d+)\.? (?P<b>.+)$", r"\w+\s*\D", r"(?:a*?)b|c{2,3}\Z", r"\S+?x"]
)
def test_a_linear_pattern_means_what_python_means(pattern: str) -> None:
    texts = ["a@bé x", "A1. b", "F٣ ñ", "aab", "xccc", "_² Ⅷ", "\u2028x", "", "abx\nA2 c", "ccb @ab"]
    for flags in (0, re.I, re.M, re.S):
        linear, python = patterns.compile_linear(pattern, flags), re.compile(pattern, flags)
        for text in texts:
            for method in ("search", "match", "fullmatch"):
                ours, theirs = getattr(linear, method)(text), getattr(python, method)(text)
                assert (ours and (ours.span(), ours.groupdict())) == (theirs and (theirs.span(), theirs.groupdict()))
            assert [one.span() for one in linear.finditer(text)] == [one.span() for one in python.finditer(text)]


def test_half_a_character_is_no_error() -> None:
    assert patterns.compile_linear("b").search("a\ud800b").span() == (2, 3)


def test_a_pattern_of_the_programme_file_may_look_ahead() -> None:
    found = patterns.compile_given(r"\d+(?=-)").search("12-")
    assert found is not None and found.group() == "12"
    with pytest.raises(patterns.NotLinear):
        patterns.compile_linear(r"\d+(?=-)")


def test_a_file_without_headings_is_no_rows() -> None:
    assert marked("text\n", headings="(?P<a>.*)").rows == []
