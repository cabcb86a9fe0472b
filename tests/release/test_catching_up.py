"""A portal that holds one version gets exactly a later one from the published files of changes, whatever happened.

Chains of releases are made at random: keys and schemas change, tables come, go and come again, columns return with
another type. What is published is written by the writers of real releases, and read from its files alone; also by a
stranger, who has read the documentation and uses nothing of ours. Some releases are of earlier software.
"""

import csv
import hashlib
import io
import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_pipeline.cli import app
from ogp_pipeline.errors import BrokenHistory, NotFound, OgpError
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.release import csv_format, delta, delta_files, parquet_format
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.changes import Snapshot, compare, lines_of
from ogp_pipeline.release.shape import CanonicalColumn, Shape
from ogp_pipeline.upkeep.catch_up import Format, catch_up, route
from tests.sample import drawn
from tests.small_country import FILES, NOW, build

FORMATS: tuple[Format, ...] = ("csv", "parquet", "jsonl")
CELLS = FORMATS[:2]  # in which earlier software told of changes
_DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean"}

# Words that some reader takes for nothing or for another type, and what JSON, CSV and XML must escape.
PLAIN = ["", " ", "NA", "null", "None", "nan", "0", "01", "1e3", "true", "-", "=1+1", "é", "e\u0301", "ñ" * 300]
SIGNS = ['"', "'", ",", ";", "\n", "\r", "\r\n", "\t", "\\", "/", "a/b", '{"a":"b"}', "[]", "🏛️", "\u2028", "\ufeffx"]
words = st.sampled_from([*PLAIN, *SIGNS]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
filled = {"string": words.filter(bool), "integer": st.integers(-3, 12), "boolean": st.booleans()}
values = {kind: st.none() | filled[kind] if kind != "string" else st.none() | words for kind in filled}


@st.composite
def shapes(draw: st.DrawFn, name: str) -> Shape:
    """A table with a key of one or two columns and up to three more, all of any type, in any order."""
    columns = [
        CanonicalColumn(column, draw(st.sampled_from(sorted(_DTYPES))))
        for column in draw(st.permutations(["a", "b", "x", "y", "z"]))[: draw(st.integers(1, 5))]
    ]
    key = draw(st.permutations([column.name for column in columns]))[: draw(st.integers(1, 2))]
    return Shape(name, tuple(columns), tuple(key))


@st.composite
def tables(draw: st.DrawFn, shape: Shape) -> pd.DataFrame:
    """Few rows with few keys, so that additions, deletions and corrections all happen."""
    row = {
        column.name: (filled if column.name in shape.primary_key else values)[column.type] for column in shape.fields
    }
    rows = draw(
        st.lists(
            st.fixed_dictionaries(row), max_size=5, unique_by=lambda one: tuple(one[name] for name in shape.primary_key)
        )
    )
    return pd.DataFrame({c.name: pd.Series([one[c.name] for one in rows], dtype=_DTYPES[c.type]) for c in shape.fields})


@st.composite
def chains(draw: st.DrawFn) -> list[Snapshot]:
    """Two to four releases of up to three tables in two datasets."""
    made: list[Snapshot] = []
    for _ in range(draw(st.integers(2, 4))):
        before = made[-1].shapes if made else {}
        names = draw(st.sets(st.sampled_from(["t", "u", "w"]), max_size=3))
        found = {}
        for name in sorted(names):
            keep = name in before and draw(st.booleans())
            found[name] = before[name] if keep else draw(shapes(name))
        frames = {name: draw(tables(shape)) for name, shape in found.items()}
        if made and found == dict(before) and draw(st.booleans()):
            frames = dict(made[-1].frames)
        datasets = {name: draw(st.sampled_from(["plan", "progress"])) for name in found}
        made.append(Snapshot(frames, found, datasets))
    return made


@dataclass(frozen=True)
class Published:
    """Releases 1.0.0, 2.0.0 … in a folder, as far as a portal that catches up reads them."""

    root: Path

    def put(self, name: str, document: Any) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")

    def release(self, version: str, snapshot: Snapshot) -> None:
        resources = []
        for name, frame in snapshot.frames.items():
            shape = snapshot.shapes[name]
            path = self.root / f"v/{version}/{snapshot.datasets[name]}/{name}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            csv_format.write(frame, shape, path)
            fields = [{"name": column.name, "type": column.type} for column in shape.fields]
            resources.append(
                {
                    "name": name,
                    "dataset": snapshot.datasets[name],
                    "path": f"{snapshot.datasets[name]}/{name}.csv",
                    "hash": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
                    "schema": {"fields": fields, "primaryKey": list(shape.primary_key)},
                }
            )
        self.put(f"v/{version}/datapackage.json", {"version": version, "resources": resources})

    def rows(self, old: str, new: str, sides: tuple[Snapshot, Snapshot], *, spans: bool = False) -> dict[str, Any]:
        """As releases are now: a line for each row."""
        folder, name = self.root / "v" / new, delta.index_name(old if spans else None)
        base = BaseRelease(old, {}, "", None, sides[0], {}, {})
        delta_files.write(base, old if spans else None, sides[1], compare(*sides), new, folder)
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        return {"from": old, "to": new, "format": "json", "path": f"v/{new}/{name}", "sha256": sha256}

    def cells(self, old: str, new: str, lines: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
        """As earlier software did it."""
        deltas = []
        # A real release told of a dataset without changes, too.
        nothing = compare(None, Snapshot({}, {}, {"": "plan"})).lines
        for dataset, found in {**nothing, **lines}.items():
            for ending, module in (("csv", csv_format), ("parquet", parquet_format)):
                key = f"v/{new}/{dataset}/changes.{ending}"
                path = self.root / key
                path.parent.mkdir(parents=True, exist_ok=True)
                module.write_rows(lines_of(found), path)
                sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
                deltas.append({"from": old, "to": new, "format": ending, "path": key, "sha256": sha256})
        return deltas


def publish(root: Path, chain: Sequence[Snapshot], *, by_cells: int = 0, spans: bool = False) -> list[str]:
    """The versions. ``by_cells``: how many deltas are of earlier software; ``spans``: the last release has one from
    the first."""
    published, deltas = Published(root), list[dict[str, Any]]()
    versions = [f"{number}.0.0" for number in range(1, len(chain) + 1)]
    for number, (version, snapshot) in enumerate(zip(versions, chain, strict=True)):
        published.release(version, snapshot)
        if 0 < number <= by_cells:
            changes = compare(chain[number - 1], snapshot)
            deltas = published.cells(versions[number - 1], version, changes.lines) + deltas
        elif number:
            deltas = [published.rows(versions[number - 1], version, (chain[number - 1], snapshot)), *deltas]
    if spans and len(chain) > 2:
        deltas = [published.rows(versions[0], versions[-1], (chain[0], chain[-1]), spans=True), *deltas]
    published.put("deltas.json", deltas)
    published.put("latest.json", {"version": versions[-1]})
    return versions


def csv_files(folder: Path) -> dict[str, bytes]:
    names = [one["path"] for one in json.loads((folder / "datapackage.json").read_bytes())["resources"]]
    return {name: (folder / name).read_bytes() for name in names}


def follow(root: Path, have: str, want: str, ending: Format) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "caught-up"
        to.mkdir()
        catch_up(open_reader(root), root / "v" / have, to, want, ending)
        assert (to / "datapackage.json").read_bytes() == (root / f"v/{want}/datapackage.json").read_bytes()
        return csv_files(to)


@settings(max_examples=drawn(12, 100), deadline=None, derandomize=True)
@given(chains(), st.data())
def test_whoever_applies_the_changes_holds_the_later_version(chain: list[Snapshot], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        by_cells = data.draw(st.integers(0, len(chain) - 1))
        versions = publish(root, chain, by_cells=by_cells, spans=data.draw(st.booleans()))
        first = data.draw(st.integers(0, len(versions) - 2))
        last = data.draw(st.integers(first + 1, len(versions) - 1))
        for ending in FORMATS if first >= by_cells else CELLS:
            assert follow(root, versions[first], versions[last], ending) == csv_files(root / "v" / versions[last])


# A stranger, by docs/portals.md and the standard library alone

TYPED = {"integer": int, "boolean": ("false", "true").index, "string": str, "date": str, "number": Decimal}


def strange(root: Path, have: dict[str, bytes], index: Mapping[str, Any], ending: str) -> dict[str, bytes]:
    """The CSV files of a version, from those of an earlier one and an index of changes."""
    folder = root / "v" / index["to"]
    differing = {one["table"]: one for one in index["tables"]}
    now = {}
    for resource in json.loads((folder / "datapackage.json").read_bytes())["resources"]:
        columns = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        table, rows = differing.get(resource["name"], {"how": "rows", "files": []}), {}
        key = resource["schema"]["primaryKey"]
        if table["how"] not in ("new", "replaced"):
            before = csv.DictReader(io.StringIO(have[resource["name"]].decode(), newline=""))
            rows = {tuple(row[name] for name in key): row for row in before}
        for file in table["files"]:
            if file["format"] == ending:
                for line in (csv_lines if ending == "csv" else json_lines)(folder / file["path"], key):
                    apply(rows, *line)
        assert table.get("order", key) == key
        ordered = sorted(rows.values(), key=lambda row: [TYPED[columns[name]](row[name]) for name in key])
        text = io.StringIO(newline="")
        csv.writer(text).writerows([list(columns), *([row.get(name) or "" for name in columns] for row in ordered)])
        now[resource["name"]] = text.getvalue().encode()
    return now


Line = tuple[str, tuple[str, ...], dict[str, str]]


def apply(rows: dict[tuple[str, ...], dict[str, str]], op: str, key: tuple[str, ...], values: dict[str, str]) -> None:
    if op == "delete":
        del rows[key]
    else:
        rows[key] = values if op == "add" else {**rows[key], **values}


def csv_lines(path: Path, key: Sequence[str]) -> Iterator[Line]:
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            said = line["_fields"].split() if line["_op"] == "change" else [name for name in line if name[0] != "_"]
            yield line["_op"], tuple(line[name] for name in key), {name: line[name] for name in said}


def json_lines(path: Path, key: Sequence[str]) -> Iterator[Line]:
    for text in path.read_text(encoding="utf-8").split("\n")[:-1]:
        line = json.loads(text)
        of_key = tuple(plain(value) for value in line["key"])
        values = {name: plain(value) for name, value in line.get("set", {}).items()}
        yield line["op"], of_key, {**values, **dict(zip(key, of_key, strict=True))}


def plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def tables_of(root: Path, version: str) -> dict[str, bytes]:
    resources = json.loads((root / "v" / version / "datapackage.json").read_bytes())["resources"]
    return {one["name"]: (root / "v" / version / one["path"]).read_bytes() for one in resources}


@settings(max_examples=drawn(12, 100), deadline=None, derandomize=True)
@given(chains())
def test_a_stranger_who_sorts_as_documented_has_the_same_bytes(chain: list[Snapshot]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for old, new in itertools.pairwise(publish(root, chain)):
            index = json.loads((root / f"v/{new}/changes.json").read_bytes())
            for ending in ("csv", "jsonl"):
                assert strange(root, tables_of(root, old), index, ending) == tables_of(root, new)


# What is easily got wrong, one by one

KEY = CanonicalColumn("a", "string")


def of(rows: Sequence[tuple[Any, ...]], *columns: CanonicalColumn, key: tuple[str, ...] = ("a",)) -> Snapshot:
    """A release of one table."""
    shape = Shape("t", (KEY, *columns), key)
    series = {
        column.name: pd.Series([row[index] for row in rows], dtype=_DTYPES[column.type])
        for index, column in enumerate(shape.fields)
    }
    return Snapshot({"t": pd.DataFrame(series)}, {"t": shape}, {"t": "plan"})


NFD = "e\u0301"
TEXT, NUMBER = CanonicalColumn("x", "string"), CanonicalColumn("x", "integer")
NOTHING = Snapshot({}, {}, {})
CHAINS = {
    "a row with nothing but its key": [of([], TEXT), of([("p", None)], TEXT), of([], TEXT)],
    "a value becomes nothing and comes back": [of([("p", "1")], TEXT), of([("p", "")], TEXT), of([("p", "1")], TEXT)],
    "keys that JSON must escape": [of([('"', "x")], TEXT), of([("\\", "y"), ('{"a":"b"}', "z")], TEXT), of([], TEXT)],
    "keys of one look": [
        of([("é", "1")], TEXT),
        of([("e\u0301", "1"), ("é", "2")], TEXT),
        of([("e\u0301", "3")], TEXT),
    ],
    "a column comes back with another type": [of([("p", "01")], TEXT), of([("p",)]), of([("p", 1)], NUMBER)],
    "a column changes its type": [of([("p", "01"), ("q", "1")], TEXT), of([("p", 1), ("q", 1)], NUMBER)],
    "… and back": [of([("p", 1)], NUMBER), of([("p", "1")], TEXT), of([("p", "one")], TEXT)],
    "a table goes and comes back": [of([("p", "x")], TEXT), NOTHING, of([("p", None), ("q", "y")], TEXT)],
    "… with another key": [of([("p", "x")], TEXT), NOTHING, of([("p", 1)], NUMBER, key=("x",))],
    "another key, the same rows": [of([("p", "x")], TEXT), of([("p", "x")], TEXT, key=("a", "x"))],
    "the key's columns change places": [
        of([("p", "q"), ("q", "p")], TEXT, key=("a", "x")),
        of([("p", "q"), ("r", "p")], TEXT, key=("x", "a")),
    ],
    "the key changes its type": [
        of([("p", "01"), ("q", "2")], TEXT, key=("x",)),
        of([("p", 1), ("q", 2)], NUMBER, key=("x",)),
    ],
    "… from words, and back": [
        of([("p", "é")], TEXT, key=("x",)),
        of([("p", 1)], NUMBER, key=("x",)),
        of([("p", "é")], TEXT, key=("x",)),
    ],
    "all rows go": [of([("p", "x"), ("q", None)], TEXT), of([], TEXT)],
    "line ends of every kind": [of([("\r", "\n")], TEXT), of([("\r", "\r\n"), ("\r\n", "\r")], TEXT)],
}


@pytest.mark.parametrize("what", CHAINS)
@pytest.mark.parametrize(
    ("by_cells", "spans", "ending"),
    [(0, False, "csv"), (0, True, "jsonl"), (1, False, "parquet")],
)
def test_the_changes_lead_there(what: str, by_cells: int, spans: bool, ending: Format, tmp_path: Path) -> None:
    versions = publish(tmp_path, CHAINS[what], by_cells=by_cells, spans=spans)
    for first, have in enumerate(versions):
        for want in versions[first:]:
            assert follow(tmp_path, have, want, ending) == csv_files(tmp_path / "v" / want), (have, want)


@pytest.mark.night
def test_of_real_releases_too_from_whatever_one_has(tmp_path: Path) -> None:
    country = build(tmp_path / "country")
    for number, text in enumerate(("Waits", "Still waits", "«Ñandú» waits")):
        country.write("agency/updates.csv", FILES["agency/updates.csv"].replace("Waits", text))
        country.run(f"run-{number}", NOW)
    root = tmp_path / "country/var/public"
    versions = country.versions()
    assert len(versions) == 3
    for have, ending in zip(versions, FORMATS, strict=True):
        assert follow(root, have, versions[-1], ending) == csv_files(root / "latest")


# What does not lead there says so


@pytest.fixture
def root(tmp_path: Path) -> Path:
    publish(tmp_path / "public", [of([("p", "1")], TEXT), of([("p", "2")], TEXT), of([("p", "3")], TEXT)])
    return tmp_path / "public"


def test_nothing_leads_back_or_elsewhere(root: Path, tmp_path: Path) -> None:
    for have, want in (("2.0.0", "1.0.0"), ("1.0.0", "9.0.0")):
        with pytest.raises(NotFound, match=f"from version {have} to {want}"):
            catch_up(open_reader(root), root / "v" / have, tmp_path / "to", want)
    assert not (tmp_path / "to").exists()
    assert route([], "1.0.0", "1.0.0", "csv") == []


def test_what_the_list_no_longer_holds_is_in_the_archives(root: Path, tmp_path: Path) -> None:
    newest, older = json.loads((root / "deltas.json").read_bytes())
    published = Published(root)
    published.put("deltas.json", [newest])
    published.put("versions.json", [{"release": 21}])
    published.put("archives/2/deltas.json", [])
    with pytest.raises(NotFound, match="archives/1"):
        catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "to")
    published.put("archives/1/deltas.json", [older])
    done = catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "to")
    assert done.versions == ("2.0.0", "3.0.0")


def test_a_copy_that_was_touched_is_not_built_upon(root: Path, tmp_path: Path) -> None:
    (root / "v/1.0.0/plan/t.csv").write_text("a,x\r\np,9\r\n")
    with pytest.raises(OgpError, match="take the release anew"):
        catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "to")
    with pytest.raises(OgpError, match="holds no"):
        catch_up(open_reader(root), tmp_path, tmp_path / "to")


def test_changes_that_were_touched_are_refused(root: Path, tmp_path: Path) -> None:
    path = root / "v/2.0.0/plan/changes/t.csv"
    path.write_bytes(path.read_bytes().replace(b",2", b",5"))
    with pytest.raises(BrokenHistory, match="other bytes"):
        catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "to")
    index = root / "v/2.0.0/changes.json"
    told = json.loads(index.read_bytes())
    told["tables"][0]["files"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    index.write_text(json.dumps(told))
    with pytest.raises(BrokenHistory, match="other bytes"):
        catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "to")
    deltas = json.loads((root / "deltas.json").read_bytes())
    for one in deltas:
        one["sha256"] = hashlib.sha256((root / one["path"]).read_bytes()).hexdigest()
    (root / "deltas.json").write_text(json.dumps(deltas))
    with pytest.raises(BrokenHistory, match="do not lead to plan/t"):
        catch_up(open_reader(root), root / "v/1.0.0", tmp_path / "other", "2.0.0")
    assert not (tmp_path / "other/datapackage.json").exists()


def test_what_stands_somewhere_is_not_written_over(root: Path) -> None:
    with pytest.raises(OgpError, match="not empty"):
        catch_up(open_reader(root), root / "v/1.0.0", root / "v/2.0.0")


def test_the_command_says_what_it_did(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for to, arguments, said in (
        ("one", ["--lang", "es"], "contiene la versión 3.0.0, hecha a partir de la 1.0.0 con 2 líneas de cambios"),
        ("two", ["--version", "1.0.0"], "is a copy of your version 1.0.0"),
        ("three", ["--parquet", "--json"], '"versions": ['),
        ("four", ["--jsonl", "--json"], '"lines": 2'),
    ):
        with pytest.raises(SystemExit) as left:
            app.main(["catch-up", str(root / "v/1.0.0"), str(root), "--to", str(tmp_path / to), *arguments])
        assert not left.value.code and said in " ".join(capsys.readouterr().out.split())
    for name in ("one", "three", "four"):
        assert csv_files(tmp_path / name) == csv_files(root / "v/3.0.0")
    assert csv_files(tmp_path / "two") == csv_files(root / "v/1.0.0")
