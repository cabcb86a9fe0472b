"""Which software this is: the same code has the same hash, and the commit is said wherever it is known."""

import ast
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ogp_pipeline import __version__, version
from ogp_pipeline.errors import OgpError
from tests.parsed import nodes_of, text_of

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ogp_pipeline"

# What deciding modules import and that decides no byte of a release: exceptions, and checks that only refuse.
OTHERS = {
    "ogp_pipeline.errors": "exceptions",
    "ogp_pipeline.formats": "how a file is read before it is accepted",
    "ogp_pipeline.formats.format": "how a file is read before it is accepted",
    "ogp_pipeline.formats.template_layout": "how a template is read before it is accepted",
    "ogp_pipeline.formats.json": "how a file is read before it is accepted",
    "ogp_pipeline.formats.nested": "how a file is read before it is accepted",
    "ogp_pipeline.formats.limits": "how large a file may be before it is accepted",
    "ogp_pipeline.intake.layout": "names of objects",
    "ogp_pipeline.scratch": "where temporary files lie",
    "ogp_pipeline.patterns": "how texts are searched: before they are accepted, or to refuse a release",
    "ogp_pipeline.store.concurrency": "several reads at a time",
    "ogp_pipeline.store.protocol": "reads of objects, each checked by its hash",
    "ogp_pipeline.version": "which software this is",
    "ogp_pipeline.validation": "the proof of a built release",
    "ogp_pipeline.validation.rules.texts": "what personal data looks like: it is refused",
}
# ``runs.publication`` decides by ``content_of`` alone; the rest of it reads and writes stores.
PARTLY = {"runs/publication.py"}


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def package(tmp_path: Path, copied: Path) -> Path:
    """A copy of our package; its files are shared with other tests: ``_write`` anew instead of changing one."""
    return Path(shutil.copytree(copied, tmp_path / "ogp_pipeline", copy_function=os.link))


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied") / "ogp_pipeline"
    return Path(shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__", version.BUILT)))


def _write(file: Path, data: bytes) -> None:
    file.unlink()
    file.write_bytes(data)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a package of one module and schemas, and one commit."""
    root = tmp_path / "checkout"
    for name in ("ogp_pipeline/evaluation/metrics.py", "schemas/VERSION", "notes.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("one\n")
    git(root.parent, "init", "--quiet", str(root))
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "First")
    return root


def test_the_version_stands_in_one_place() -> None:
    assert __version__ == version.VERSION
    assert f'"{version.VERSION}"' not in (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("dependencies")[0]


def test_the_same_code_elsewhere_has_the_same_hash(package: Path) -> None:
    assert version.hash_of(package) == version.code()


@pytest.mark.parametrize(
    "name",
    [
        "evaluation/metrics.py",
        "i18n/locale/es/LC_MESSAGES/ogp.po",
        "release/changes.py",
        "schema/files.py",
        "tables/fold.py",
    ],
)
def test_code_that_decides_what_is_published_moves_the_hash(package: Path, name: str) -> None:
    file = package / name
    _write(file, file.read_bytes() + b"# other\n")
    assert version.hash_of(package) != version.code()


def test_a_new_or_renamed_module_moves_the_hash_and_a_compiled_one_does_not(package: Path) -> None:
    room = package / "evaluation"
    (room / "__pycache__").mkdir()
    (room / "__pycache__/metrics.cpython-311.pyc").write_bytes(b"compiled")
    assert version.hash_of(package) == version.code()
    (room / "new.py").write_bytes(b"")
    added = version.hash_of(package)
    (room / "new.py").rename(room / "newer.py")
    assert len({version.code(), added, version.hash_of(package)}) == 3


def test_code_of_pages_and_receipts_does_not_move_the_hash(package: Path) -> None:
    for name in ("site/home.py", "intake/receipt.py", "cli/app.py", "version.py"):
        file = package / name
        _write(file, file.read_bytes() + b"# other\n")
    assert version.hash_of(package) == version.code()


def test_code_without_its_source_files_is_refused(package: Path) -> None:
    for file in (package / "tables").rglob("*.py"):
        file.unlink()
    with pytest.raises(OgpError, match="no source files"):
        version.hash_of(package)


def test_what_deciding_code_imports_decides_too() -> None:
    """Else a release could say something else, made by the same code."""
    deciding = {
        path.relative_to(PACKAGE).as_posix()
        for name in version.DECIDING
        for path in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py"))
    }
    missing = {
        f"{name} imports {module}"
        for name in deciding - PARTLY
        for module in _imported(PACKAGE / name)
        if module not in OTHERS and not {_file(module), f"{_file(module)[:-3]}/__init__.py"} & deciding
    }
    assert not {one for one in missing if not _is_a_package_of_deciding(one.split()[-1], deciding)}


def _imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in nodes_of(text_of(file)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ogp_pipeline"):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                here = PACKAGE.parent / _file(full, "")
                is_module = here.is_file() or here.with_suffix("").is_dir()
                found.add(full if is_module else str(node.module))
    return found


def _file(module: str, start: str = "ogp_pipeline/") -> str:
    return (module.replace(".", "/") + ".py").removeprefix(start)


def _is_a_package_of_deciding(module: str, deciding: set[str]) -> bool:
    """A package whose every module decides."""
    folder = PACKAGE / _file(module)[:-3]
    return folder.is_dir() and all(file.relative_to(PACKAGE).as_posix() in deciding for file in folder.rglob("*.py"))


def test_a_checkout_says_its_commit(checkout: Path) -> None:
    head = git(checkout, "rev-parse", "HEAD")
    assert version.commit_of(checkout / "ogp_pipeline") == head
    (checkout / "notes.md").write_text("two\n")
    assert version.commit_of(checkout / "ogp_pipeline") == head, "no code of ours"


@pytest.mark.parametrize("name", ["ogp_pipeline/evaluation/metrics.py", "ogp_pipeline/new.py", "schemas/VERSION"])
def test_a_changed_checkout_says_so(checkout: Path, name: str) -> None:
    (checkout / name).write_text("# other\n")
    assert version.commit_of(checkout / "ogp_pipeline") == git(checkout, "rev-parse", "HEAD") + "-dirty"


def test_a_worktree_says_its_own_commit(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree"))
    (tmp_path / "tree/notes.md").write_text("two\n")
    git(tmp_path / "tree", "commit", "--quiet", "--all", "--message", "Second")
    head = git(tmp_path / "tree", "rev-parse", "HEAD")
    assert head != git(checkout, "rev-parse", "HEAD")
    assert version.commit_of(tmp_path / "tree/ogp_pipeline") == head


def test_without_git_the_built_file_says_it(checkout: Path) -> None:
    shutil.rmtree(checkout / ".git")
    assert version.commit_of(checkout / "ogp_pipeline") is None
    (checkout / "ogp_pipeline" / version.BUILT).write_text(json.dumps({"commit": "a" * 40}))
    assert version.commit_of(checkout / "ogp_pipeline") == "a" * 40
    (checkout / "ogp_pipeline" / version.BUILT).write_text(json.dumps({"commit": None}))
    assert version.commit_of(checkout / "ogp_pipeline") is None


def test_an_installed_package_is_not_taken_for_the_repository_around_it(checkout: Path) -> None:
    """A virtual environment within somebody's checkout."""
    installed = checkout / ".venv/lib/site-packages/ogp_pipeline"
    shutil.copytree(checkout / "ogp_pipeline", installed)
    assert version.commit_of(installed) is None


def test_where_git_cannot_tell_nobody_knows(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(checkout / "nothing"))
    assert version.commit_of(checkout / "ogp_pipeline") is None


def test_a_repository_without_a_commit_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", ".")
    (tmp_path / "ogp_pipeline").mkdir()
    assert version.commit_of(tmp_path / "ogp_pipeline") is None
