"""What a delivery would do to what stands: its rows against the tables, key by key.

Compared is what the suppliers said, not what a correction of the forum made of it, and by value: ``1e3`` is ``1000``.
Only the rows that the delivery states, and those that its source stated before, are looked at.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import accepted
from ogp_pipeline.intake.effect import CellChange, Effect, RowChange, Sent, TableEffect
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema import cell_types
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Table
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.tables import columns, views
from ogp_pipeline.tables.tables import CorrectionState, Key, Tables
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.scope import Scope

_SAID_ON = ("submitted_on", "assessed_on")  # the day on which a row says that it was said
_WORDS = ("progress", "challenges", "next_steps")  # texts with which a row says how it goes

Cells = Mapping[str, str]


def weigh(rows: Sequence[MappedRow], delivery: Delivery, source: Source, scope: Scope) -> Effect:
    """The effect of rows that would enter. Of a state without tables, as some tests have it, an empty one."""
    tables = scope.known.tables
    if tables is None:
        return Effect()
    delivered: dict[str, list[MappedRow]] = {name: [] for name in source.tables}
    for row in rows:
        delivered.setdefault(row.table, []).append(row)
    standing = {name: _standing(tables, source, name) for name in delivered}
    effects = [
        _Weighing(scope.schemas.table(name), of_table, standing[name], tables, delivery, source, scope).effect()
        for name, of_table in delivered.items()
        if of_table or (source.whole and standing[name].own)
    ]
    changes_much = any(effect.changed or effect.withdrawn for effect in effects)
    return Effect(tuple(effects), _again(rows, delivery, scope.known) if changes_much else None)


@dataclass
class _Standing:
    """Of one table: how many rows of the supplier stand, and which of the source."""

    rows: int
    own: Set[Key]


def _standing(tables: Tables, source: Source, name: str) -> _Standing:
    owners = views.owners_of(tables, name)
    return _Standing(owners.rows.get(source.supplier, 0), owners.keys.get(source.id, frozenset()))


def _again(rows: Sequence[MappedRow], delivery: Delivery, prior: PriorState) -> Sent | None:
    """The earlier delivery that said the same, by its bytes or by its rows, if a later one has replaced it."""
    if not prior.replaced:
        return None
    by_bytes = prior.replaced.get(" ".join(sorted(file.sha256 for file in delivery.files)))
    return by_bytes or prior.replaced.get(accepted.sha256_of(rows))


class _Weighing:
    """One table of one delivery."""

    def __init__(
        self,
        table: Table,
        rows: Sequence[MappedRow],
        standing: _Standing,
        tables: Tables,
        delivery: Delivery,
        source: Source,
        scope: Scope,
    ) -> None:
        self._table, self._standing, self._tables = table, standing, tables
        self._delivery, self._source, self._scope = delivery, source, scope
        self._corrected: dict[tuple[Key, str], str] = {}  # what corrections in force made of cells
        self._parsers = {field.name: cell_types.parser(field.type) for field in table.fields}
        self._new = {self._key(cells): (row, cells) for row in rows for cells in [self._cells(row)]}

    def effect(self) -> TableEffect:
        """What happens to each row."""
        changed: dict[Key, RowChange] = {}
        emptied: list[RowChange] = []
        lowered: list[RowChange] = []
        earlier: list[RowChange] = []
        taken_over: list[RowChange] = []
        for key, before in self._before.items():
            if key not in self._new:
                continue
            row, after = self._new[key]
            differing = self._differing(before, after)
            whose = self._scope.known.supplier_of[self._table.name, key]
            if whose != self._source.supplier:
                taken_over.append(RowChange(key, differing, row.row.locate(), whose))
            if not differing:
                continue
            change = changed[key] = RowChange(key, differing, row.row.locate())
            # Who follows a correction changes nothing that a reader sees, and has its reason.
            own = [cell for cell in differing if self._corrected.get((key, cell.field)) != cell.after]
            if any(cell.before and not cell.after for cell in own):
                emptied.append(change)
            if self._is_lowered(row, own):
                lowered.append(change)
            if self._is_earlier(own):
                earlier.append(change)
        added = {
            key: RowChange(key, where=row.row.locate())
            for key, (row, _) in sorted(self._new.items())
            if (self._table.name, key) not in self._scope.known.supplier_of
        }
        gone = [key for key in sorted(self._standing.own) if key not in self._new] if self._source.whole else []
        return TableEffect(
            self._table.name,
            stood=self._standing.rows,
            stated=len(self._standing.own),
            unchanged=len(self._new) - len(added) - len(changed),
            added=tuple(added.values()),
            changed=tuple(changed.values()),
            emptied=tuple(emptied),
            lowered=tuple(lowered),
            earlier=tuple(earlier),
            taken_over=tuple(taken_over),
            renamed=tuple(self._renamed(added)),
            withdrawn=tuple(RowChange(key) for key in gone),
        )

    def _cells(self, row: MappedRow) -> Cells:
        return {name: self._canonical(name, row.values.get(name, "")) for name in self._parsers}

    def _canonical(self, column: str, text: str) -> str:
        try:
            return columns.rendered(self._parsers[column](text))
        except ValueError:  # the check has said so
            return text

    def _key(self, cells: Cells) -> Key:
        return tuple(cells[name] for name in self._table.primary_key)

    @cached_property
    def _before(self) -> Mapping[Key, Cells]:
        """What stands under the delivery's keys, as its suppliers said it; in key order."""
        name = self._table.name
        wanted = {key for key in self._new if (name, key) in self._scope.known.supplier_of}
        return self._rows_of(wanted) if wanted else {}

    def _rows_of(self, wanted: set[Key]) -> dict[Key, Cells]:
        """Rows of the table that stand, by their keys, as their suppliers said them."""
        names, standing = self._table.field_names, dict[Key, Cells]()
        key_at = [names.index(column) for column in self._table.primary_key]
        chosen = [
            values
            for values in views.cells(self._tables, self._table.name, names)
            if tuple(columns.rendered(values[at]) for at in key_at) in wanted
        ]
        for values in sorted(chosen, key=lambda values: [(values[at] is None, values[at]) for at in key_at]):
            row = dict(zip(names, map(columns.rendered, values), strict=True))
            standing[self._key(row)] = row
        said = dict(standing)
        for ruling in self._tables.rulings:
            if ruling.table == self._table.name and ruling.found is not None and ruling.key in standing:
                text = self._canonical(ruling.field, ruling.found)
                said[ruling.key] = {**said[ruling.key], ruling.field: text}
                if ruling.state == CorrectionState.APPLIED:
                    self._corrected[ruling.key, ruling.field] = standing[ruling.key][ruling.field]
        return said

    def _differing(self, before: Cells, after: Cells) -> tuple[CellChange, ...]:
        return tuple(
            CellChange(name, before[name], after[name])
            for name in self._table.field_names
            if before[name] != after[name]
        )

    def _is_lowered(self, row: MappedRow, differing: Sequence[CellChange]) -> bool:
        """Whether a level goes back without a new word about it, in a table that has columns for words."""
        words = [field.name for field in self._table.fields if field.text in _WORDS]
        if any(cell.field in words and cell.after for cell in differing):
            return False
        scale = self._scope.scale_of(row)
        if scale is None or not words:
            return False
        steps = [code for code in self._scope.schemas.codes_of(PROGRESS_STATUS, scale) if code.is_step]
        order = {code.code: code.order for code in steps}
        return any(
            cell.before in order and cell.after in order and order[cell.after] < order[cell.before]
            for cell in differing
            if self._table.field(cell.field).code_list == PROGRESS_STATUS
        )

    def _is_earlier(self, differing: Sequence[CellChange]) -> bool:
        """Whether the row says other things than before, of an earlier day."""
        back = any(cell.field in _SAID_ON and cell.after and cell.after < cell.before for cell in differing)
        return back and any(cell.field not in _SAID_ON for cell in differing)

    def _renamed(self, added: Mapping[Key, RowChange]) -> Iterator[RowChange]:
        """Rows that the source gave before under another key: at the same place of the same bytes, or in other words
        with the same values under another key.
        """
        hashes = {file.name: file.sha256 for file in self._delivery.files}
        if not added:
            return
        left = views.from_files(self._tables, self._table.name, self._standing.own - self._new.keys(), hashes)
        if not left:
            return
        same_bytes = {key: row for key, row in left.items() if hashes[row.file] == row.file_sha256}
        at = _single((_place(row.place), key) for key, row in same_bytes.items())
        contents = _single((self._content(row), key) for key, row in self._rows_of(set(left)).items())
        fresh = _single((self._content(self._new[key][1]), key) for key in added)
        for key, change in added.items():
            content = self._content(self._new[key][1])
            alike = contents.get(content) if any(content) and fresh.get(content) == key else None
            before = at.get(_place(change.where)) if change.where else None
            if (renamed := before or alike) is not None:
                yield RowChange(key, where=change.where, other="/".join(renamed))

    def _content(self, row: Cells) -> tuple[str, ...]:
        return tuple(text for name, text in row.items() if name not in self._table.primary_key)


def _place(where: Where) -> tuple[object, ...]:
    return where.file, where.sheet, where.line, where.cell, where.pointer


def _single(pairs: Iterable[tuple[tuple[object, ...], Key]]) -> dict[tuple[object, ...], Key]:
    """What stands there once only: else nobody can tell which is meant."""
    listed = list(pairs)
    times = Counter(place for place, _ in listed)
    return {place: key for place, key in listed if times[place] == 1}
