"""Every key of the private store, in one place.

    raw/<sha256>                  bytes exactly as received, until a rule of the programme file removes them
    rows/<sha256>.jsonl           accepted rows, named by their hash
    aside/<sha256>.jsonl          rows set aside when the rest of their delivery was accepted, named by their hash
    receipts/<supplier>/<delivery>.json|.es.html|.en.html, and .xlsx, .2.xlsx…: the workbooks with the cells marked
    deliveries/<delivery>.json    envelope, files, verdict: the newest examination of that delivery
    examined/<content>.json       under which context these bytes were last turned away
    held/<source>/<names>-<n>.json    a delivery on hold since entry n: all that is needed to let it in later
    decided/<source>/<names>-<n>.json    the same, once somebody let it in, refused or replaced it
    refused/<source>.json         which files of a source were refused last, so that others hear what they wait for
    ledger/<n>.json               from 000001; create-only; THE COMMIT POINT of an acceptance
    sources/<source>.json         what was last fetched from an address, to ask only for news
    programmes/<sha256>.yaml      programme files that were in force
    removed/<n>.json              from 000001; create-only: what a rule of the programme file removed (removals)
    tombstones/<sha256>.json      what the law wanted gone from here (store/purge.py)
    runs/<id>.json                run records
    history/<year>/<time>-<id>.json     a run in a few numbers, so that the newest ones are read without reading all
    computed/last.json            what was computed last and gave nothing new, so that it need not be computed again
    deposits/zenodo.json          which versions are deposited, so that quiet runs need not ask
    troubles.json                 what is known to be wrong, so that it is told once; since when each source is asked
    clock.json                    up to which entry a person has said that days to come are a wrong clock's
    desk/key.json                 what the desk signs links and visits with; made when the first link is
    desk/links/<id>.json          a personal link to the desk: whose, until when, revoked or not
    numbers/<year>.json           the short numbers of a year's receipts, in the order in which they were given
    mail/since.json               when mail was first sent: older receipts are nobody's news
    mail/<kind>/<thing>/<address>.json     one mail: being sent, sent, failed, or in doubt (mail/outbox)
    shelf/<time>-<run>/<sha256>   what other machines fetched and found for a run, until it ends (runs/shelf)
    probe/…                       while a run asks whether the store honours conditions
    state/newest.json             which checkpoint of the state is the newest: a hint, which moves forward only
    state/<n>-<sha256>/<sha256>.json       an index: the state after entry n, by the hash of that entry
    state/parts/<sha256>          what an index names: the ledger up to there, standing rows, rows that wait
    state/log/newest.json         which copy of the log of releases is the newest: a hint
    state/log/<n>-<sha256>.parquet         all records up to release n, by the hash of that record
    headlines/<version>-<programme>.json   a release's headline numbers, so that a run need not read them again

What is accepted is what the ledger holds and nothing else. Everything else is written before it, named by a
hash or replaceable, so a run that dies in between leaves nothing that the next run cannot write again.

Everything under ``state/`` can be made from the ledger and the public log again, and may be deleted at any time.
"""

from datetime import UTC, datetime

RUNS = "runs/"
LAST_RUN = f"{RUNS}last.json"
HISTORY = "history/"
COMPUTED = "computed/last.json"
CLOCK = "clock.json"
TROUBLES = "troubles.json"
DEPOSITS = "deposits/zenodo.json"
DELIVERIES = "deliveries/"
MAIL = "mail/"
MAIL_SINCE = "mail/since.json"
NUMBERS = "numbers/"
DESK_KEY = "desk/key.json"
DESK_LINKS = "desk/links/"
HELD = "held/"
DECIDED = "decided/"
LEDGER = "ledger/"
SHELF = "shelf/"
REMOVED = "removed/"
STATE = "state/"
STATE_HINT = f"{STATE}newest.json"
LOG_HINT = f"{STATE}log/newest.json"


def raw(sha256: str) -> str:
    """A received file."""
    return f"raw/{sha256}"


def rows(sha256: str) -> str:
    """The accepted rows of one delivery."""
    return f"rows/{sha256}.jsonl"


def quarantined(sha256: str) -> str:
    """The rows of one delivery that wait to be mended."""
    return f"aside/{sha256}.jsonl"


def receipts_of(supplier: str) -> str:
    """All receipts of a supplier."""
    return f"receipts/{supplier}/"


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


def desk_link(link_id: str) -> str:
    """A personal link to the desk."""
    return f"{DESK_LINKS}{link_id}.json"


def numbers(year: int) -> str:
    """The short numbers of the receipts that were given for what came in this year."""
    return f"{NUMBERS}{year}.json"


def mail(kind: str, thing: str, address: str) -> str:
    """One mail: of a kind, about a thing, to the address of which this is the sha256."""
    return f"{MAIL}{kind}/{thing}/{address[:32]}.json"


def held(stem: str, n: int) -> str:
    """The note on a delivery that waits for a person's word since entry ``n``."""
    return f"{HELD}{stem}-{n:06d}.json"


def decided(held: str) -> str:
    """The same note, once it is decided."""
    return DECIDED + held.removeprefix(HELD)


def refused(source: str) -> str:
    """Which files of a source were refused last."""
    return f"refused/{source}.json"


def ledger(n: int) -> str:
    """An entry of the ledger. Six digits sort as text; more digits still work."""
    return f"{LEDGER}{n:06d}.json"


def removed(n: int) -> str:
    """An entry of the log of removals."""
    return f"{REMOVED}{n:06d}.json"


def state_index(n: int, entry: str, sha256: str) -> str:
    """The index (its sha256) of the state after entry n, whose sha256 is ``entry``."""
    return f"{STATE}{n:06d}-{entry}/{sha256}.json"


def state_part(sha256: str) -> str:
    """A part of the state. Checkpoints share what has not changed."""
    return f"{STATE}parts/{sha256}"


def log_copy(n: int, sha256: str) -> str:
    """The public log of releases up to release n, whose record has this sha256."""
    return f"{STATE}log/{n:06d}-{sha256}.parquet"


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
    return f"{RUNS}{run_id}.json"


def history_of(year: int) -> str:
    """The runs of a year, in a few numbers each."""
    return f"{HISTORY}{year:04d}/"


def history(started: datetime, run_id: str) -> str:
    """A run in a few numbers: sorts by the time at which it started (aware)."""
    started = started.astimezone(UTC)
    return f"{history_of(started.year)}{started:%m%dT%H%M%SZ}-{run_id}.json"
