"""Every key of the private store, in one place.

    raw/<sha256>                  bytes exactly as received, for ever
    rows/<sha256>.jsonl           accepted rows, named by their hash
    aside/<sha256>.jsonl          rows set aside when the rest of their delivery was accepted, named by their hash
    receipts/<supplier>/<delivery>.json|.es.html|.en.html, and .xlsx, .2.xlsx…: the workbooks with the cells marked
    deliveries/<delivery>.json    envelope, files, verdict: the newest examination of that delivery
    examined/<content>.json       under which context these bytes were last turned away
    held/<source>/<names>.json    a delivery on hold: all that is needed to let it in later
    ledger/<n>.json               from 000001; create-only; THE COMMIT POINT of an acceptance
    sources/<source>.json         what was last fetched from an address, to ask only for news
    programmes/<sha256>.yaml      programme files that were in force
    tombstones/<sha256>.json      what the law wanted gone from here (store/purge.py)
    runs/<id>.json                run records
    computed/last.json            what was computed last and gave nothing new, so that it need not be computed again
    probe/…                       while a run asks whether the store honours conditions
    headlines/<version>-<programme>.json   a release's headline numbers, so that a run need not read them again

What is accepted is what the ledger holds and nothing else. Everything else is written before it, named by a
hash or replaceable, so a run that dies in between leaves nothing that the next run cannot write again.
"""

LAST_RUN = "runs/last.json"
COMPUTED = "computed/last.json"
DELIVERIES = "deliveries/"
HELD = "held/"
LEDGER = "ledger/"


def raw(sha256: str) -> str:
    """A received file."""
    return f"raw/{sha256}"


def rows(sha256: str) -> str:
    """The accepted rows of one delivery."""
    return f"rows/{sha256}.jsonl"


def quarantined(sha256: str) -> str:
    """The rows of one delivery that wait to be mended."""
    return f"aside/{sha256}.jsonl"


def receipt(supplier: str, examination: str) -> str:
    """A receipt for machines."""
    return f"receipts/{supplier}/{examination}.json"


def receipt_page(supplier: str, examination: str, language: str) -> str:
    """A receipt for people."""
    return f"receipts/{supplier}/{examination}.{language}.html"


def receipt_copy(supplier: str, name: str) -> str:
    """A marked copy of a workbook, beside its receipt."""
    return f"receipts/{supplier}/{name}"


def headline(version: str, programme: str) -> str:
    """The headline numbers of a release, for the plans and labels of a programme file (its sha256)."""
    return f"headlines/{version}-{programme[:16]}.json"


def delivery(examination: str) -> str:
    """The record of an examination."""
    return f"{DELIVERIES}{examination}.json"


def examined(content: str) -> str:
    """The record of bytes that were turned away."""
    return f"examined/{content}.json"


def held(stem: str) -> str:
    """The note on a delivery that waits for a person's word."""
    return f"{HELD}{stem}.json"


def ledger(n: int) -> str:
    """An entry of the ledger. Six digits sort as text; more digits still work."""
    return f"{LEDGER}{n:06d}.json"


def tombstone(sha256: str) -> str:
    """What stands in the place of bytes that were purged."""
    return f"tombstones/{sha256}.json"


def source(source_id: str) -> str:
    """What is remembered of a source's last fetch."""
    return f"sources/{source_id}.json"


def programme(sha256: str) -> str:
    """A programme file as it was."""
    return f"programmes/{sha256}.yaml"


def run(run_id: str) -> str:
    """The record of a run."""
    return f"runs/{run_id}.json"
