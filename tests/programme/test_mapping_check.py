"""A mapping that cannot work is told to the engineer, with its line, before a file comes; not to the supplier."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema import schemas

GOOD = """\
id: xx-nap
country: XX
title: {en: Plans}
languages: [en]
plans:
  - id: P1
    number: 1
    title: {en: First plan}
    starts: 2024-01-01
    ends: 2025-12-31
    scale: us-nap5
    periods:
      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}
suppliers:
  - {id: forum, names: {en: F}, sector: government, language: en, may_supply: [milestones, updates], commitments: all}
sources:
  - id: plan
    supplier: forum
    kind: folder
    path: inbox
    files: t.csv
    read: {kind: csv}
    tables:
      milestones:
        columns:
          milestone_id: {from: id, template: "XX{value:0>4}.1"}
          commitment_id: {from: id, template: "XX{value:0>4}"}
          title_en: {from: name}
          due_date: {from: due, date: ["%d/%m/%Y", "%B %Y"]}
          due_precision: {from: due, map: {"2026": year, June 2026: month}}
      updates:
        columns:
          milestone_id: {from: id}
          period_id: {value: 2024-H1}
          status: {from: st, map: {Hecho: complete, Going on: In progress}}
          nil: {from: nothing, map: {x: "yes"}}
publication:
  title: {en: Commitments}
  description: {en: All of them.}
  licence: {id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}
  base_url: https://example.org
  store: {directory: var/public}
  intake: {directory: var/private}
"""


def load(folder: Path, text: str) -> Programme:
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    return programme_file.load(folder / "programme.yaml", schemas.load())


def test_a_mapping_that_works_is_no_mistake_also_with_labels(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.replace("value: 2024-H1", 'value: "2024-H1"'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("XX{value:0>4}.1", "XX{}", "`{}` is not something that a template knows"),
        ("XX{value:0>4}.1", "XX{value", "cannot be filled in"),
        ("XX{value:0>4}.1", "XX{value:04d}", "zeros in front are {value:0>4}"),
        ("XX{value:0>4}.1", "XX{value.name}", "is not something that a template knows"),
        ("XX{value:0>4}.1", "XX{value:0>999999999}", "is more than a template can do"),
        ("milestone_id: {from: id}", "milestone_id: {template: 'M{value}'}", "always empty here"),
        ("value: 2024-H1", "value: 2024-H9", "not one of the programme's periods; write 2024-H1"),
        ("Hecho: complete", "Hecho: acomplished", "not one of the statuses of the plans' scales"),
        ("Hecho: complete", "Hecho: C", "not one of the statuses of the plans' scales"),
        ("June 2026: month", "June 2026: months", "not one of"),
        ('x: "yes"', "x: perhaps", "not one of true and false"),
        ('"%d/%m/%Y"', '"dd/mm/yyyy"', "names no part of a date"),
        ('"%d/%m/%Y"', '"%d/%m/%E"', "cannot read a date"),
        ('"%d/%m/%Y"', '"%d/%M/%Y"', "%m is the month"),
        ('"%d/%m/%Y"', '"%d/%m"', "has no year"),
        ("title_en: {from: name}", "titel_en: {from: name}", "has no column `titel_en`"),
        ("title_en: {from: name}", "title_en: {from: _piece}", "offered by `split` or `unpivot`"),
        ("title_en: {from: name}", "title_en: {from: _url}", "offered by `links`"),
        ("title_en: {from: name}", "milestone_id: {from: name}", "`milestone_id` stands here and in line"),
        ("title_en: {from: name}", "due_on: {from: name}", "has no column `due_on`"),
        ("status: {from: st,", "percent: {value: half}\n          status: {from: st,", "is not a number"),
        ("XX{value:0>4}.1", "XX{id!r}", "`!r` cannot be used"),
        ("title_en: {from: name}", "title_en: {from: name, replace: [{match: '('}]}", "not a regular expression"),
        ("title_en: {from: name}", "title_en: {from: name, replace: [{by: x}]}", "needs `text` or `match`"),
        ("title_en: {from: name}", "title_en: {from: name, joined: x}", "needs a list of columns"),
        ("commitment_id: {from: id,", "commitment_id: {optional: true, from: id,", "so that no file may lack it"),
        ("title_en: {from: name}", "title_en: {jmespath: 'a['}", "is not a JMESPath expression"),
        ("title_en: {from: name}", "title_en: {from: _column}", "offered by `unpivot`"),
        (
            "status: {from: st, map:",
            "status: {from: st, ranges: [{code: done}], empty: [x], map:",
            "exclude each other",
        ),
        (
            "map: {Hecho: complete, Going on: In progress}",
            "ranges: [{up_to: 1, code: done}]",
            "not one of the statuses",
        ),
        ("map: {Hecho: complete, Going on: In progress}", "ranges: [{code: complete}]", "needs a bound"),
        ("map: {Hecho: complete, Going on: In progress}", "ranges: [{up_to: x, code: complete}]", "must be a number"),
        (
            "map: {Hecho: complete, Going on: In progress}",
            "ranges: [{least: 9, up_to: 1, code: complete}]",
            "holds nothing",
        ),
        (
            "map: {Hecho: complete, Going on: In progress}",
            "ranges: [{up_to: 1, code: complete}, {up_to: 2024-01-01, code: complete}]",
            "write them all of one kind",
        ),
        ("files: t.csv", "files: /data/t.csv", "does not lie in the folder"),
        ("files: t.csv", "files: ../t.csv", "does not lie in the folder"),
        ("files: t.csv", "files: t.xlsx", "`t.xlsx` takes files that end in .xlsx, and `read` reads csv"),
        ("files: t.csv", "files: ''", "does not lie in the folder"),
    ],
)
def test_each_mistake_has_its_line_and_says_what_to_do(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(ProgrammeError) as caught:
        load(tmp_path, text)
    line = next(number for number, one in enumerate(text.splitlines(), 1) if new.splitlines()[0] in one)
    assert [at for at, told in caught.value.mistakes if said in told] == [line]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "          commitment_id: {from: id, template",
            "          commitment_idx: {from: id, template",
            "needs `comm",
        ),
        ("may_supply: [milestones, updates]", "may_supply: [updates]", "may not supply `milestones`; add it to"),
        ("      milestones:\n", "      milestones:\n        where: {kind: []}\n", "no row would be kept"),
        ("      milestones:\n", "      milestones:\n        where: {kind: {}}\n", "has no condition"),
        ("      milestones:\n", "      milestones:\n        where: {kind: {match: '['}}\n", "not a regular expression"),
        (
            "      milestones:\n",
            "      milestones:\n        where: {n: {least: 1, up_to: 2024-01-01}}\n",
            "of one kind",
        ),
        ("      milestones:\n", "      milestones:\n        unpivot: {}\n", "needs `columns` or `headings`"),
        ("      milestones:\n", "      milestones:\n        unpivot: {headings: {a: Q.}}\n", "needs one group"),
        (
            "      milestones:\n",
            "      milestones:\n        unpivot: {headings: {key: '(Q.)'}}\n",
            "has a meaning of its own",
        ),
        ("      milestones:\n", "      milestones:\n        items: 'a['\n", "is not a JMESPath expression"),
        ("      milestones:\n", "      milestones:\n        join: {d: {on: {a: b}}}\n", "needs `files` or `sheet`"),
        (
            "      milestones:\n",
            "      milestones:\n        join: {d: {files: d.csv, on: {a: b}}}\n",
            "write `together: true`",
        ),
    ],
)
def test_what_concerns_a_whole_table_is_told_there(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ProgrammeError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert [told for at, told in caught.value.mistakes if said in told and at is not None]


@pytest.mark.parametrize(
    ("walk", "said"),
    [
        ("from,to\nHecho,complete\n", None),
        ("from;to\nHecho;complete\n", "needs rows and the columns `from`, `to`"),
        ("from,to\nHecho,complete\nHecho,started\n", "line 3: 'Hecho' stands here again"),
        ("from,to\nHecho,done\n", "`done` is not one of the statuses"),
    ],
)
def test_a_crosswalk_of_its_own_is_read_before_anything_runs(tmp_path: Path, walk: str, said: str | None) -> None:
    (tmp_path / "walk.csv").write_text(walk, encoding="utf-8")
    text = GOOD.replace("map: {Hecho: complete, Going on: In progress}", "map_file: walk.csv")
    if said is None:
        assert load(tmp_path, text)
        return
    with pytest.raises(ProgrammeError, match=r"walk\.csv|done") as caught:
        load(tmp_path, text)
    assert any(said in told for _, told in caught.value.mistakes)
