"""What is installed is what was checked out: every package, every schema, every template.

The wheel is built by the locked build backend in this environment, so no network is needed.
"""

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from ogp_pipeline import version as software
from ogp_pipeline.schema import schemas
from tests.parsed import nodes_of, text_of
from tests.sample import by_day

ROOT = Path(__file__).resolve().parents[1]


def _settings() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def _folders_with_code(package: str) -> set[str]:
    files = (ROOT / package).rglob("*.py")
    return {".".join(file.parent.relative_to(ROOT).parts) for file in files}


def test_every_folder_with_code_is_listed_as_a_package() -> None:
    listed = set(_settings()["tool"]["setuptools"]["packages"]) - {"ogp_pipeline._schemas"}
    assert listed == _folders_with_code("ogp_pipeline") | _folders_with_code("flows")


def test_every_listed_package_is_documented_by_its_init() -> None:
    for package in _settings()["tool"]["setuptools"]["packages"]:
        if package == "ogp_pipeline._schemas":
            continue
        init = ROOT / Path(*package.split(".")) / "__init__.py"
        assert init.is_file() and init.read_text().startswith('"""'), f"{package} needs an __init__ docstring"


def test_the_lock_names_exact_versions_with_hashes_and_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text()
    starts = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert starts and all("==" in line for line in starts)
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    assert text.count("--hash=sha256:") >= len(starts)


def test_every_declared_dependency_is_in_the_lock() -> None:
    project = _settings()["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(each for name in ("dask", "telemetry", "dev") for each in extras[name])]
    declared = [each for each in declared if _name(each) != "ogp-pipeline"]
    locked = {line.split("==")[0].split("[")[0].lower() for line in (ROOT / "requirements.lock").open() if "==" in line}
    names = {_name(requirement) for requirement in declared}
    assert names <= locked, f"run `make lock`: {sorted(names - locked)}"


def test_every_library_that_is_imported_is_declared() -> None:
    """A dependency of a dependency may go with its next version."""
    providers = importlib.metadata.packages_distributions()
    imported = {
        name.split(".")[0]
        for folder in ("ogp_pipeline", "flows")
        for file in (ROOT / folder).rglob("*.py")
        for node in nodes_of(text_of(file))
        for name in _imported(node)
    }
    # pydantic requires one exact version of its core; the types of boto3's clients are for mypy alone
    imported -= {"ogp_pipeline", "flows", "pydantic_core", "mypy_boto3_s3"}
    project = _settings()["project"]
    # What an extra names is for one task, which says so where it is missing.
    extras = [each for name in ("quality", "telemetry", "dask") for each in project["optional-dependencies"][name]]
    declared = {_name(one) for one in [*project["dependencies"], *extras]}
    undeclared = {
        name
        for name in imported - set(sys.stdlib_module_names)
        if not declared & {_normal(provider) for provider in providers.get(name, [])}
    }
    assert not undeclared


def test_every_declared_library_is_imported_or_given() -> None:
    given = {"fastapi", "sqlalchemy", "python-multipart"}  # the last reads forms for starlette
    files = (file for folder in ("ogp_pipeline", "flows") for file in _python(folder))
    imported = {
        name.partition(".")[0] for file in files for node in nodes_of(text_of(file)) for name in _imported(node)
    }
    providers = importlib.metadata.packages_distributions()
    modules = {_normal(one): name for name, several in providers.items() for one in several}
    declared = {_name(requirement) for requirement in _settings()["project"]["dependencies"]} - given
    assert not {name for name in declared if modules.get(name, name) not in imported}


def _python(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _name(requirement: str) -> str:
    end = next((i for i, letter in enumerate(requirement) if letter in "[<>=~!; "), len(requirement))
    return _normal(requirement[:end])


@pytest.mark.slow
def test_an_installed_wheel_finds_its_schemas_and_templates(tmp_path: Path) -> None:
    source = _copy_of_the_sources(tmp_path / "source")
    commit = _committed(source)
    source = _unpacked_sdist(source, tmp_path / "sdist")
    assert not (source / ".git").exists() and _software(source, tmp_path)[1] == commit
    built = tmp_path / "built"
    built.mkdir()
    # What pip asks of the build backend, without pip.
    backend = f"from setuptools.build_meta import build_wheel; build_wheel({str(built)!r})"
    _run([sys.executable, "-c", backend], cwd=source)
    (wheel,) = built.glob("*.whl")
    assert wheel.name.startswith(f"ogp_pipeline-{software.VERSION}-")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)

    expected = {
        Path("ogp_pipeline/_schemas", file.relative_to(ROOT / "schemas"))
        for file in (ROOT / "schemas").rglob("*")
        if file.suffix in {".json", ".csv"} or file.name == "VERSION"
    }
    expected |= {file.relative_to(ROOT) for file in (ROOT / "ogp_pipeline").rglob("*.j2")}
    expected |= {file.relative_to(ROOT) for file in (ROOT / "ogp_pipeline").rglob("*.js")}
    expected |= {file.relative_to(ROOT) for file in (ROOT / "ogp_pipeline").rglob("*.py")}
    expected |= {file.relative_to(ROOT) for file in (ROOT / "ogp_pipeline" / "i18n" / "locale").rglob("*.po")}
    assert expected and not {path for path in expected if not (site / path).is_file()}

    question = (
        "from ogp_pipeline.schema import schemas as s; from ogp_pipeline import version as v;"
        "from ogp_pipeline.i18n.catalogue import say;"
        "print(v.VERSION, v.commit(), v.code(), sep='\\n');print(say('receipt.receipt', 'es'));"
        "print(s.schemas_root(), len(s.load().tables), s.load().version, sep='\\n')"
    )
    *which, said, root, tables, version = _run([sys.executable, "-c", question], cwd=tmp_path, path=site).splitlines()
    assert which == [software.VERSION, commit, software.code()]
    assert said == "Acuse de recibo"
    assert Path(root) == site / "ogp_pipeline" / "_schemas"
    assert int(tables) == len(list((ROOT / "schemas" / "tables").glob("*.json")))
    assert version == schemas.load().version, "installed and checked-out schemas must have the same version"


@pytest.mark.parametrize("commit", by_day(["", "c" * 40], ["c" * 40]))
def test_a_build_without_git_is_told_the_commit(tmp_path: Path, commit: str) -> None:
    """An image, for instance, to which .git is not copied."""
    source = _copy_of_the_sources(tmp_path / "source")
    command = [sys.executable, "setup.py", "--quiet", "build_py", "--build-lib", str(tmp_path / "built")]
    _run(command, cwd=source, more={"OGP_BUILD_COMMIT": commit})
    assert _software(tmp_path / "built", tmp_path)[1] == (commit or "None")


def _software(site: Path, cwd: Path) -> list[str]:
    """Version, commit and code, as the package there says them."""
    question = "from ogp_pipeline import version as v;print(v.VERSION, v.commit(), v.code())"
    return _run([sys.executable, "-c", question], cwd=cwd, path=site).split()


def _committed(source: Path) -> str:
    """Make the sources a repository with one commit; its name."""
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    _run(["git", "init", "--quiet", "."], cwd=source)
    _run(["git", "add", "."], cwd=source)
    _run(["git", *who, "commit", "--quiet", "--message", "All"], cwd=source)
    return _run(["git", "rev-parse", "HEAD"], cwd=source).strip()


def _unpacked_sdist(source: Path, to: Path) -> Path:
    _run([sys.executable, "setup.py", "--quiet", "sdist", "--dist-dir", str(to)], cwd=source)
    (archive,) = to.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.3 and older have none
        packed.extractall(to)
    return to / archive.name.removesuffix(".tar.gz")


def _copy_of_the_sources(target: Path) -> Path:
    """Only what a wheel is made of, because setuptools writes build/ beside it."""
    ignore = shutil.ignore_patterns("__pycache__", software.BUILT)
    for folder in ("ogp_pipeline", "flows", "schemas"):
        shutil.copytree(ROOT / folder, target / folder, ignore=ignore)
    for name in ("pyproject.toml", "setup.py", ".gitignore", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, target / name)
    return target


def _run(
    command: list[str], cwd: Path | None = None, path: Path | None = None, more: dict[str, str] | None = None
) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
