"""Pagefind as a service: one process, which is given pages one after the other over its standard input.

Given a folder, it takes the pages as the file system lists them, and writes other bytes where that is another order:
on another kind of disk, or on the same kind with another seed.
"""

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Self

import pagefind_bin

from ogp_pipeline.errors import OgpError

_END = b","  # of each message, which is JSON as base64
_PIECE = 65_536


class Pagefind:
    """A running Pagefind with one index in ``language``; it sees no setting of this machine's. Use it in a ``with``."""

    def __init__(self, language: str, left_out: Sequence[str], complaints: IO[bytes]) -> None:
        """``complaints``: an open file for what it writes to its standard error."""
        command, pipe = [str(pagefind_bin.get_executable()), "--service"], subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=complaints, env={})
        self._complaints, self._asked = complaints, 0
        self._settings = {"force_language": language, "keep_index_url": True, "exclude_selectors": list(left_out)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def files(self, pages: Iterable[tuple[str, Path]]) -> dict[str, bytes]:
        """The files of the index of pages, each with its path on the site and where its HTML lies.

        They come as an answer: asked to write them, Pagefind says that it has while it still writes. OgpError if it
        cannot.
        """
        own = self._ask({"type": "NewIndex", "config": self._settings})["index_id"]
        for path, file in pages:
            html = file.read_text(encoding="utf-8")
            self._ask({"type": "AddFile", "index_id": own, "file_path": path, "file_contents": html})
        told = self._ask({"type": "GetFiles", "index_id": own})["files"]
        return {each["path"]: base64.b64decode(each["content"]) for each in told}

    def _ask(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Its answer, which comes before the next question is put."""
        self._asked += 1
        message = json.dumps({"message_id": self._asked, "payload": payload}).encode()
        writing, reading = self._process.stdin, self._process.stdout
        assert writing is not None and reading is not None
        answer = bytearray()  # that of all files is of some megabytes
        try:
            writing.write(base64.b64encode(message) + _END)
            writing.flush()
            while not answer.endswith(_END):
                if not (more := os.read(reading.fileno(), _PIECE)):
                    break
                answer += more
        except BrokenPipeError:
            pass
        if not answer.endswith(_END):
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace")
            raise OgpError(f"the search index could not be made: pagefind ended with {self._process.wait()}: {said}")
        told: dict[str, Any] = json.loads(base64.b64decode(answer[: -len(_END)]))["payload"]
        if told["type"] == "Error":
            raise OgpError(f"the search index could not be made: {told.get('message', told)}")
        return told
