"""The archive of raw files: bytes exactly as received, named by their sha256, never changed.

The first thing that is written for any delivery, whatever becomes of it later: a receipt can always be
checked against what was sent.
"""

import hashlib

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.protocol import InDoubt, Store


def keep(delivery: Delivery, store: Store) -> None:
    """Store every file of the delivery that is not there yet. StoreError if one stays in doubt."""
    for file in delivery.files:
        key = layout.raw(file.sha256)
        if store.head(key) is not None:
            continue
        answer = store.put_file(key, file.path, file.sha256, file.media_type)
        if isinstance(answer, InDoubt) and store.head(key) is None:
            raise StoreError(f"{file.name} could not be archived in {store.describe()}: {answer.reason}")


def keep_programme(content: bytes, store: Store) -> None:
    """Store a programme file that is in force, so that what was made under it can be made again after it changed."""
    key = layout.programme(hashlib.sha256(content).hexdigest())
    if store.head(key) is not None:
        return
    answer = store.create(key, content, "application/yaml")
    if isinstance(answer, InDoubt) and store.head(key) is None:
        raise StoreError(f"{key} could not be written to {store.describe()}: {answer.reason}")
