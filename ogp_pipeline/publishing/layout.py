"""Every public key, and what each promises.

    key                        promise                                                   changes   cached
    data/<attempt>/<name>      a file's bytes; attempt = UTC time + random bits of one   never     for ever
                               process, so two processes never write the same key
    releases/<n>.json          the log, n = 1, 2, 3 …; to create the next number is      never     for ever
                               the one commit point; each holds the hash of the last
    releases/<n>.sig.json      its signature, where the publication has keys              never     for ever
    keys/<n>.json              the publication's public keys, n = 1, 2, 3 …              never     for ever
    v/<version>/<name>         a release's files under readable names                    never     for ever
    v/<version>/manifest.json  the exact bytes of that release's record                  never     for ever
    latest/<name>              the newest release under names that stay;                 yes       60 s
                               datapackage.json is written last
    latest.json                a hint to the newest release; moves only after every      forward   60 s
                               view of that release stands
    versions.json              the newest releases, newest first (``windows``)           yes       60 s
    deltas.json                what leads to each of them from an older one              yes       60 s
    archives/<k>/<name>        the same, feeds and versions of the ten releases before   never     for ever
                               10k; index.json names them and holds the hash of the
                               index before it
    tombstones/<sha256>.json   what the law wanted gone: signed, found by the hash         never     for ever
    tombstones/collected/<attempt>.json   what the collector removed, and why            never     for ever
    pages.json                 pages and catalogues with their hashes                    yes       60 s
    at-work/<attempt>          while somebody makes what changes (``fence``), and        removed   never
                               for a day if they were killed at it
    probe/<attempt>-<k>        while a publish asks whether the store honours            removed   never
                               conditions
    anything else              pages and catalogues, made again with every release       yes       60 s

JSON of ours is canonical (RFC 8785). A reader who wants one consistent release starts at ``latest.json``,
reads the record that it names and then only keys that never change. ``latest/`` is for those who must have a
fixed address: its files are replaced one after the other. A name under ``latest/`` that the newest release no
longer has is removed, because old data under that name would be a lie.
"""

from ogp_pipeline.store import probe

LATEST = "latest.json"
VERSIONS = "versions.json"
DELTAS = "deltas.json"
PAGES = "pages.json"
DESCRIPTOR = "datapackage.json"
MANIFEST = "manifest.json"
AT_WORK = "at-work/"

ARCHIVE_INDEX = "index.json"

IMMUTABLE = ("data/", "releases/", "v/", "keys/", "tombstones/", "archives/")
SMALL = ("releases/", "keys/", "tombstones/", "archives/")  # small objects that never change
OWN = (*IMMUTABLE, "latest/", AT_WORK, probe.FOLDER, LATEST, VERSIONS, DELTAS, PAGES)  # what no page may write

JSON = "application/json"
OCTETS = "application/octet-stream"
MEDIA_TYPES = {
    "atom": "application/atom+xml",
    "cff": "application/yaml",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": JSON,
    "jsonl": "application/jsonl",
    "jsonld": "application/ld+json",
    "pagefind": OCTETS,
    "parquet": "application/vnd.apache.parquet",
    "pf_fragment": OCTETS,
    "pf_index": OCTETS,
    "pf_meta": OCTETS,
    "rdf": "application/rdf+xml",
    "svg": "image/svg+xml",
    "ttl": "text/turtle; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}


def data(attempt_name: str, name: str) -> str:
    """Where an attempt puts a file's bytes."""
    return f"data/{attempt_name}/{name}"


def release(n: int) -> str:
    """The record of release ``n``, from 1, without padding."""
    return f"releases/{n}.json"


def signature(n: int) -> str:
    """The signature of release ``n``."""
    return f"releases/{n}.sig.json"


def key(n: int) -> str:
    """The statement that introduces the publication's ``n``-th key, from 1."""
    return f"keys/{n}.json"


def version_folder(version: str) -> str:
    """The folder of a version, with its final slash."""
    return f"v/{version}/"


def version(version_name: str, name: str) -> str:
    """A file of a version under its readable name."""
    return f"{version_folder(version_name)}{name}"


def latest(name: str) -> str:
    """A file of the newest release under the name that stays."""
    return f"latest/{name}"


def at_work(attempt_name: str) -> str:
    """What stands while one attempt makes views that change."""
    return f"{AT_WORK}{attempt_name}"


def tombstone(sha256: str) -> str:
    """What stands in the place of bytes that were purged."""
    return f"tombstones/{sha256}.json"


def archived(k: int, name: str = ARCHIVE_INDEX) -> str:
    """A file of the ``k``-th archive, from 1."""
    return f"archives/{k}/{name}"


def collected(attempt_name: str) -> str:
    """What one run of the collector removed."""
    return f"tombstones/collected/{attempt_name}.json"


def media_type(key: str) -> str:
    """The media type to store and to serve, by the ending of the key."""
    ending = key.rpartition("/")[2].rpartition(".")[2].lower()
    return MEDIA_TYPES.get(ending, OCTETS)


def served(media_type: str) -> str:
    """A released file's media type as servers say it: readers of a text without a charset guess, and not all UTF-8."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") and ";" not in media_type else media_type


def cache_control(key: str) -> str:
    """The ``Cache-Control`` to serve: for ever what never changes, one minute for the rest."""
    return "public, max-age=31536000, immutable" if key.startswith(IMMUTABLE) else "public, max-age=60"
