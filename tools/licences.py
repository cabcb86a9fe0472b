"""Whether whoever takes this project may take what it needs to run: `make lint` asks.

pyproject's dependencies -> what they require, asked-for extras too -> the licence each says -> allowed, or named here

The extra `dev` and the tools for the documentation are not looked at: nobody receives them with the pipeline. Packages
that this platform and Python do not need are not installed, so nothing is known of them; they are listed.
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

# Under each of these one may use, change and pass on with no more than a notice, as under our own.
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU",
    "PSF-2.0", "Python-2.0", "Unlicense", "Zlib",
})  # fmt: skip

# Whose licence is none of these, with the reason why we need them all the same. Copyleft that ends at the library's own
# files is kept by whoever passes it on unchanged; the GPL's, which takes in what is built upon it, never stands here.
EXCEPTIONS = {
    "certifi": "MPL-2.0: a list of certificates; only a changed copy of its own files must be passed on under the MPL",
    "orjson": "MPL-2.0 AND (Apache-2.0 OR MIT): needed by Prefect; imported unchanged, as for certifi",
    "pathspec": "MPL-2.0: needed by Prefect; imported unchanged, as for certifi",
    "text-unidecode": "Artistic License or GPL, whoever takes it chooses: needed by frictionless; imported unchanged",
}

# What packages write that have no SPDX expression yet.
_SPELLINGS = {
    "2-clause bsd": "BSD-2-Clause",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
_CLASSIFIER = "License :: OSI Approved ::"


@dataclass(frozen=True, slots=True)
class Finding:
    """A package and what stands against it."""

    package: str
    mistake: str


def needed(installed: Mapping[str, Distribution], dependencies: Iterable[str]) -> tuple[set[str], set[str]]:
    """What these and all that they require are, by canonical name: here, and on other platforms only."""
    here, elsewhere = set[str](), set[str]()
    waiting = [(Requirement(line), frozenset[str]()) for line in dependencies]
    visited = set[tuple[str, frozenset[str]]]()
    while waiting:
        requirement, asked = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if not _is_asked_for(requirement, asked):
            if "extra" not in str(requirement.marker):
                elsewhere.add(name)
        elif (name, extras) not in visited:
            visited.add((name, extras))
            here.add(name)
            package = installed.get(name)
            waiting += [(Requirement(line), extras) for line in (package and package.requires) or ()]
    return here, elsewhere - here


def _is_asked_for(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""})


def licence(package: Distribution) -> str | None:
    """The SPDX expression of what a package says of its licence; several classifiers all count. None if it says
    nothing that is understood."""
    said = package.metadata
    classifiers = [line.removeprefix(_CLASSIFIER).strip() for line in said.get_all("Classifier") or ()
                   if line.startswith(_CLASSIFIER)]  # fmt: skip
    return (
        _expression(said.get("License-Expression"))
        or _expression(said.get("License"))
        or _all_of([_expression(line) for line in classifiers])
    )


def _expression(text: str | None) -> str | None:
    if not text or len(text) > 200:
        return None  # older packages put the whole text of the licence here
    try:
        return str(canonicalize_license_expression(_SPELLINGS.get(text.strip().lower(), text)))
    except InvalidLicenseExpression:
        return None


def _all_of(expressions: list[str | None]) -> str | None:
    known = [f"({expression})" for expression in expressions if expression is not None]
    return " AND ".join(known) if known and len(known) == len(expressions) else None


def allows(expression: str) -> bool:
    """Whether one may take what is offered so under the allowed licences alone. A licence WITH an exception is another
    than the one without."""
    words = re.findall(r"[()]|[^\s()]+", re.sub(r"\s+WITH\s+", "-WITH-", expression))
    return _any_of(iter([*words, ")"]))


def _any_of(words: Iterator[str]) -> bool:
    """Up to the bracket that closes: groups of AND with OR between them."""
    groups = [True]
    for word in words:
        match word:
            case ")":
                break
            case "OR":
                groups.append(True)
            case "AND":
                pass
            case "(":
                groups[-1] &= _any_of(words)
            case identifier:
                groups[-1] &= identifier in ALLOWED
    return any(groups)


def findings(installed: Mapping[str, Distribution], packages: set[str], exceptions: Mapping[str, str]) -> list[Finding]:
    """What stands against these packages, and exceptions that nobody needs (any longer)."""
    mistakes = []
    excused = Counter[str]()
    for name in sorted(packages):
        if name not in installed:
            mistakes.append(Finding(name, "needed, but not installed here: nothing is known of its licence"))
            continue
        expression = licence(installed[name])
        if expression is not None and allows(expression):
            continue
        excused[name] += 1
        if name not in exceptions:
            said = f"licence {expression}" if expression else "no licence that is understood"
            mistakes.append(Finding(name, f"{said}: replace it, or name it in EXCEPTIONS of tools/licences.py"))
    stale = [name for name in exceptions if not excused[name]]
    return mistakes + [Finding(name, "needs no exception any more: take it out of tools/licences.py") for name in stale]


def main() -> int:
    """Exit code 1 with a line for each package which may not be taken."""
    installed = {canonicalize_name(package.name): package for package in distributions()}
    here, elsewhere = needed(installed, tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"])
    mistakes = findings(installed, here, EXCEPTIONS)
    for finding in mistakes:
        sys.stderr.write(f"{finding.package}: {finding.mistake}\n")
    unseen = f"; not needed on this platform, so not looked at: {', '.join(sorted(elsewhere))}" if elsewhere else ""
    sys.stdout.write(f"Licences of {len(here)} packages, {len(mistakes)} not allowed{unseen}\n")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
