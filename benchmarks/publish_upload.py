"""What a publish does with its files, alone: `publish.py` measures this process beside `aws s3 sync`.

publish_upload.py FOLDER HASHES.json ENDPOINT PREFIX      sizes and hashes are known, as they are from a build
"""

import json
import sys
import time
from pathlib import Path

from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import layout
from ogp_pipeline.store import concurrency, object_storage, retrying
from ogp_pipeline.store.s3 import S3Store


def main() -> None:
    """Upload and end."""
    folder, listed, endpoint, prefix = sys.argv[1:]
    place = S3Place(bucket="public", prefix=prefix, endpoint=endpoint)
    store = S3Store(object_storage.connect(place), layout.cache_control)
    hashes: dict[str, str] = json.loads(Path(listed).read_text())

    def put(name: str) -> None:
        key, path = layout.data("20240301T120000Z-0011223344556677", name), Path(folder, name)
        retrying.write(lambda: store.put_file(key, path, hashes[name], layout.media_type(name)), key, time.sleep)

    for _ in concurrency.each(put, hashes, store.at_once):
        pass


if __name__ == "__main__":
    main()
