"""What is needed to run may be taken by whoever may take ours: what `make lint` lets pass and what it stops."""

import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tools.licences import EXCEPTIONS, allows, findings, licence, needed

ROOT = Path(__file__).resolve().parents[1]
NEVER = 'python_version < "3"'


def install(folder: Path, name: str, *lines: str) -> Distribution:
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, ""]))
    return next(package for package in distributions(path=[str(folder)]) if package.name == name)


def installed(folder: Path) -> dict[str, Distribution]:
    return {canonicalize_name(package.name): package for package in distributions(path=[str(folder)])}


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ("License-Expression: MIT", True),
        ("License-Expression: GPL-3.0-or-later", False),
        ("License-Expression: LGPL-3.0-only", False),
        ("License-Expression: MIT OR GPL-2.0-only", True),
        ("License-Expression: GPL-2.0-only OR MIT", True),
        ("License-Expression: MIT AND GPL-2.0-only", False),
        ("License-Expression: MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("License-Expression: (MPL-2.0 OR MIT) AND (Apache-2.0 OR GPL-2.0-only)", True),
        ("License-Expression: MIT OR GPL-2.0-only AND MPL-2.0", True),
        ("License-Expression: GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("License: BSD", True),
        ("License: GPLv3", False),
        ("License: Copyright (c) 2001. All of the text of the licence stands here." + " and so on" * 20, False),
        ("Classifier: License :: OSI Approved :: MIT License", True),
        ("Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        (
            "Classifier: License :: OSI Approved :: MIT License\n"
            "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
            False,
        ),
        ("Summary: says nothing of its licence", False),
    ],
)
def test_a_package_passes_only_if_what_it_says_can_be_met_with_permissive_licences(
    tmp_path: Path, said: str, allowed: bool
) -> None:
    expression = licence(install(tmp_path, "part", said))
    assert (expression is not None and allows(expression)) == allowed
    assert [finding.package for finding in findings(installed(tmp_path), {"part"}, {})] == ([] if allowed else ["part"])


def test_what_is_needed_is_followed_through_extras_and_not_into_those_nobody_asked_for(tmp_path: Path) -> None:
    install(tmp_path, "reader", 'Requires-Dist: Excel_Part; extra == "excel"', 'Requires-Dist: tests; extra == "dev"')
    install(tmp_path, "excel-part", "Requires-Dist: deep", "Requires-Dist: reader")
    install(tmp_path, "deep", f"Requires-Dist: old; {NEVER}")
    for name in ("tests", "old", "beside"):
        install(tmp_path, name)
    here, elsewhere = needed(installed(tmp_path), ["reader[excel]>=1"])
    assert here == {"reader", "excel-part", "deep"}
    assert elsewhere == {"old"}
    assert needed(installed(tmp_path), ["reader"])[0] == {"reader"}


def test_an_exception_lets_pass_and_must_go_when_nobody_needs_it(tmp_path: Path) -> None:
    install(tmp_path, "part", "License-Expression: LGPL-3.0-only")
    assert findings(installed(tmp_path), {"part"}, {"part": "why"}) == []
    (stale,) = findings(installed(tmp_path), {"part"}, {"part": "why", "gone": "why"})
    assert stale.package == "gone"


def test_what_is_needed_and_not_installed_is_not_let_pass(tmp_path: Path) -> None:
    (finding,) = findings(installed(tmp_path), needed(installed(tmp_path), ["absent"])[0], {})
    assert (finding.package, "not installed" in finding.mistake) == ("absent", True)


def test_everything_locked_for_running_is_allowed_or_named_and_the_gpl_never_is() -> None:
    done = subprocess.run([sys.executable, "tools/licences.py"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not [name for name, reason in EXCEPTIONS.items() if reason.startswith(("GPL", "AGPL"))]
    assert "tools/licences.py" in (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
