"""The project's own code, read and parsed once in each process: many tests look at every module."""

import ast
import gc
from functools import cache
from pathlib import Path


@cache
def text_of(file: Path) -> str:
    """What stands in a file."""
    return file.read_text(encoding="utf-8")


@cache
def tree_of(text: str) -> ast.Module:
    """The syntax tree of a module. It stays, so the collector need not go through it: that takes twice the parsing."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(text)
    finally:
        gc.freeze()
        if wanted:
            gc.enable()


@cache
def nodes_of(text: str) -> tuple[ast.AST, ...]:
    """Every node of the tree, from the outside to the inside."""
    return tuple(ast.walk(tree_of(text)))
