"""The receipts that lie in an inbox: their forms beside each other, under a name that says which file they are of.

What is on hold when its file leaves the inbox gets a second receipt beside the first when a person has decided.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from ogp_pipeline.errors import OgpError, SourceError, StoreError
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import receipt_forms
from ogp_pipeline.intake.held import Held
from ogp_pipeline.intake.receipt import Receipt, to_json
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.programme.sources import InboxSource, Source
from ogp_pipeline.runs import delivery_work
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.sources.folder_inbox import FolderInbox
from ogp_pipeline.sources.inbox import Inbox, plain_name, safe_name
from ogp_pipeline.sources.s3_inbox import S3Inbox
from ogp_pipeline.sources.untouched_inbox import UntouchedInbox
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.protocol import Store

Forms = Mapping[str, bytes]  # ending -> content

_ORDER = ("xlsx", "html", "json")  # what is pointed at stands before what points at it
_MEDIA_TYPES = {"json": receipt_forms.JSON, "html": receipt_forms.HTML, "xlsx": receipt_forms.XLSX}


def open_inbox(workspace: Workspace, source: InboxSource) -> Inbox:
    """The inbox of a source, in a folder or in a bucket; in a rehearsal, one that stays as it is."""
    largest = workspace.programme.limits_of(source).file_mb << 20
    inbox: Inbox
    if isinstance(source.place, S3Place):
        inbox = S3Inbox(object_storage.connect(source.place, workspace.access, shared=True), largest)
    else:
        inbox = FolderInbox(workspace.base / source.place.directory, largest)
    return UntouchedInbox(inbox) if workspace.rehearsal else inbox


def write(inbox: Inbox, day: date, file: str, stem: str, forms: Forms, prefix: str = "") -> None:
    """Put the forms below ``day``, named after ``file`` and the receipt's short number, or without one its fingerprint.

    Inside, they name each other by ``stem``.
    """
    number = json.loads(forms["json"]).get("number")
    digest = hashlib.sha256(stem.encode()).hexdigest()
    name = prefix + (f"{plain_name(file)[0]} {number}" if number else safe_name(file, digest)[0])
    for ending in sorted(forms, key=lambda ending: (_ORDER.index(ending.rpartition(".")[2]), ending)):
        kind, data = ending.rpartition(".")[2], forms[ending]
        if kind != "xlsx":
            data = data.replace(stem.encode(), (quote(name) if kind == "html" else name).encode())
        inbox.put_receipt(day, f"{name}.{ending}", data, _MEDIA_TYPES[kind])


def of_check(receipt: Receipt, workspace: Workspace, source: Source) -> tuple[str, Forms]:
    """A receipt that no archive has, in the forms that its supplier reads: their stem and they themselves."""
    schemas, language = workspace.schemas, language_of(workspace, source)
    stem = hashlib.sha256(to_json(receipt, schemas)).hexdigest()
    forms = delivery_work.forms(workspace, source, receipt, schemas, stem, [language])
    return stem, {**forms.copies, "json": forms.json, "html": forms.pages[language]}


def archived(store: Store, receipt: str, language: str) -> tuple[str, Forms]:
    """What the archive has of a receipt, without the other languages' forms. StoreError if it has none."""
    stem = receipt.removesuffix(".json")
    forms: dict[str, bytes] = {}
    for key in store.list(f"{stem}."):
        ending = key.removeprefix(f"{stem}.")
        stored = store.get(key)
        if stored is not None and ending.split(".")[0] not in set(LANGUAGES) - {language}:
            forms[ending.removeprefix(f"{language}.")] = stored.data
    if "json" not in forms:
        raise StoreError(f"{receipt} is not in {store.describe()}; the file stays in the inbox")
    return stem.rpartition("/")[2], forms


def hand_back(workspace: Workspace, source: Source, note: Held, receipt: str) -> None:
    """Put the receipt of a decision on ``note`` where the first one lies; nothing to do for what is no inbox.

    OgpError if it cannot be put there: the decision stands, and the same command puts it there later.
    """
    if not isinstance(source, InboxSource):
        return
    day = workspace.programme.local(note.received_at).date()
    stem, forms = archived(workspace.intake, receipt, language_of(workspace, source))
    try:
        write(open_inbox(workspace, source), day, note.files[0].name, stem, forms)
    except (OSError, SourceError) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise OgpError(
            f"it is decided, but the receipt that says so could not be put into the inbox {source.place.address}: "
            f"{told}; the same command tries again"
        ) from error


def language_of(workspace: Workspace, source: Source) -> str:
    """The language of a source's supplier."""
    return workspace.programme.supplier(source.supplier).language
