"""Every public address that the metadata names. Identities hold no version and never change.

    <root>/catalog.ttl#dataset-plan                    a dataset
    <root>/catalog.ttl#plan/commitments.csv            one of its files, whatever its version
    <root>/catalog-versions.ttl#dataset-plan-1.2.0     a version of the dataset
    <root>/latest/plan/commitments.csv                 the file's newest bytes
    <root>/v/1.2.0/plan/commitments.csv                its bytes in a version

An identity leads to the catalogue that describes it, so it can be looked up on a store that serves plain files.
"""

from dataclasses import dataclass

CATALOG = "catalog.ttl"
VERSIONS = "catalog-versions.ttl"


@dataclass(frozen=True, slots=True)
class Addresses:
    """``root``: the publication's address without a final slash."""

    root: str

    def key(self, key: str) -> str:
        """The address of a key of the public store."""
        return f"{self.root}/{key}"

    def node(self, fragment: str) -> str:
        """What ``catalog.ttl`` describes under a name of its own."""
        return self.key(f"{CATALOG}#{fragment}")

    def dataset(self, name: str) -> str:
        """The identity of a dataset."""
        return self.node(f"dataset-{name}")

    def file(self, name: str) -> str:
        """The identity of a file of whatever version."""
        return self.node(name)

    def version(self, dataset: str, version: str) -> str:
        """The identity of a dataset's version."""
        return self.key(f"{VERSIONS}#dataset-{dataset}-{version}")

    def version_file(self, version: str, name: str) -> str:
        """The identity of a file of one version."""
        return self.key(f"{VERSIONS}#v/{version}/{name}")

    def series(self, dataset: str) -> str:
        """The identity of the series of a dataset's versions."""
        return self.key(f"{VERSIONS}#series-{dataset}")

    def latest(self, name: str) -> str:
        """Where a file's newest bytes are."""
        return self.key(f"latest/{name}")

    def frozen(self, version: str, name: str) -> str:
        """Where a file's bytes in a version are, for ever."""
        return self.key(f"v/{version}/{name}")

    def home(self, language: str, anchor: str = "") -> str:
        """The home page in a language."""
        return self.key(f"{language}/index.html{'#' + anchor if anchor else ''}")

    def page(self, language: str, path: str) -> str:
        """A page in a language."""
        return self.key(f"{language}/{path}")
