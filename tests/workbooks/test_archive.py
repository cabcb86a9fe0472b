"""A document type is found wherever it stands: behind whatever comment, in whatever part and encoding."""

import io
import zipfile

import pytest

from ogp_pipeline.workbooks import archive
from ogp_pipeline.workbooks.archive import ENTITIES
from ogp_pipeline.workbooks.bounds import Bounds
from tests.every import for_every

BOUNDS = Bounds(1000, 100, 1000, 20, 100, 10_000, 5, 500)
TYPED = '<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst>&a;</sst>'
OUTSIDE = "<!DOCTYPE sst SYSTEM 'file:///etc/passwd'><sst/>"


def packed(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/other", "a.rels", "B.XML"])
@pytest.mark.parametrize(
    "content",
    [
        TYPED.encode(),
        OUTSIDE.encode(),
        b"\xef\xbb\xbf<?xml version='1.0'?>\n" + TYPED.encode(),
        f"<?xml version='1.0'?><!--{'x' * 70_000}-->{TYPED}".encode(),
        f"<!--{'x' * 70_000}--><?a {'b' * 70_000}?>{OUTSIDE}".encode(),
        f"<!--{'x' * 1_200_000}--><sst/>".encode(),
        ('<?xml version="1.0" encoding="UTF-16"?>' + TYPED).encode("utf-16"),
        ("\ufeff" + '<?xml version="1.0" encoding="UTF-16"?>' + f"<!--{'x' * 70_000}-->" + TYPED).encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE x+AD4-<x/>',
        (" " * 70_000 + OUTSIDE).encode(),
    ],
    ids=lambda content: content[:12].decode("latin-1").encode("unicode_escape").decode(),
)
def test_a_document_type_is_refused(name: str, content: bytes) -> None:
    assert archive.refusal(packed(name, content), BOUNDS) == ENTITIES


@for_every(
    "content",
    [
        b"<?xml version='1.0'?><a>&lt;!DOCTYPE x&gt; <![CDATA[<!DOCTYPE y>]]><!-- <!DOCTYPE z> --></a>",
        f"<!--{'x' * 70_000}--><a/>".encode(),
        "<a>ñ</a>".encode("utf-16"),
        b"<xml><br></xml>",
        b"\x89PNG<!DOCTYPE x>",
        b"",
        b"<",
    ],
)
def test_what_only_looks_like_one_is_not(content: bytes) -> None:
    assert archive.refusal(packed("xl/comments1.xml", content), BOUNDS) is None
