"""What a file really is, told by its bytes and never by its name: a picture called ``updates.csv`` is a picture.

Only what is certain is named. Formats have signatures; text is told by what every text of that format begins with.
A web page has a problem of its own (``not-a-table``), because it is mostly an error page in a file's place.
"""

import re
from dataclasses import dataclass

_LOOKED_AT = 4096
_TAR_AT = 257  # where a TAR archive says that it is one
_STRANGE = 50  # one sign of so many
_PACKED_FILES = (b".xlsx", b".xls", b".xlsb", b".ods", b".csv", b".docx", b".pdf")
# Each comment ends at its first "-->" for good: read in more than one way, forty of them would take for ever.
_WEB_PAGE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*+(?><!--.*?-->\s*+)*+<(?:!doctype\s+html|html|head|body|title|script|style|meta|table|div|center|\?xml|error)\b",
    re.I | re.S,
)
# XML that is no web page, and no error that a server tells in XML.
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*+<\?xml\b(?!.*?<(?:!doctype\s+html|html|error)\b)", re.I | re.S)
_CONFLICT = (b"\n=======", b"\n>>>>>>> ")
_XML_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_JSON = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:\[\s*[\[{\]]|\{\s*[\"}])")
_TABLE = re.compile(rb"<table[\s>]", re.I)
_POINTER_JSON = (b'"doc_id"', b"docs.google.com/", b"drive.google.com/")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0c\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Kind:
    """A format. ``key``: of the catalogue, for what people call it, with its article."""

    key: str


XLSX = Kind("reading.kind.xlsx")
ODS = Kind("reading.kind.ods")
PROTECTED = Kind("reading.kind.protected")
TEXT = Kind("reading.kind.text")
JSON = Kind("reading.kind.json")
HTML = Kind("reading.kind.html")
UTF16 = Kind("reading.kind.utf16")
UNKNOWN = Kind("reading.kind.unknown")
XLS = Kind("reading.kind.xls")
_OLD_OFFICE = Kind("reading.kind.old_office")
XLSB = Kind("reading.kind.xlsb")
_XML_2003 = Kind("reading.kind.xml_2003")
_OPEN_DOCUMENT = Kind("reading.kind.open_document")
_WORD = Kind("reading.kind.word")
_SLIDES = Kind("reading.kind.slides")
_ZIP = Kind("reading.kind.zip")
_PICTURE = Kind("reading.kind.picture")
_PARQUET = Kind("reading.kind.parquet")
_DATABASE = Kind("reading.kind.database")
PACKED = _ZIP
POINTER = Kind("reading.kind.pointer")
LFS = Kind("reading.kind.lfs")
_XML_DATA = Kind("reading.kind.xml")
_NUMBERS = Kind("reading.kind.numbers")
_SIGNATURES = (
    (b"version https://git-lfs.github.com/spec/", LFS),
    (b"[InternetShortcut]", POINTER),
    (b"[Desktop Entry]", POINTER),
    (b"L\x00\x00\x00\x01\x14\x02\x00", POINTER),
    (b"\x09\x08\x10\x00\x00\x06", XLS),
    (b"\x09\x04\x06\x00", XLS),
    (b"\x09\x02\x06\x00", XLS),
    (b"\x09\x00\x04\x00", XLS),
    (b"%PDF-", Kind("reading.kind.pdf")),
    (b"{\\rtf", Kind("reading.kind.rtf")),
    (b"\x1f\x8b", _ZIP),
    (b"7z\xbc\xaf\x27\x1c", _ZIP),
    (b"Rar!\x1a\x07", _ZIP),
    (b"BZh", _ZIP),
    (b"\xfd7zXZ\x00", _ZIP),
    (b"\x28\xb5\x2f\xfd", _ZIP),
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"PAR1", _PARQUET),
    (b"SQLite format 3\x00", _DATABASE),
)


def recognise(content: bytes) -> Kind | None:
    """The format that the bytes certainly have; None for plain text and for what nobody can tell."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        return _packed(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _old_office(content)
    if _is_utf16(content):
        return UTF16
    beginning = content[:_LOOKED_AT]
    if content[_TAR_AT:].startswith(b"ustar"):
        return _ZIP
    if _XML_SPREADSHEET in beginning:
        return _XML_2003
    if _XML.match(beginning):
        return _XML_DATA
    if not _JSON.match(beginning):
        return None
    return POINTER if len(content) < _LOOKED_AT and any(sign in content for sign in _POINTER_JSON) else JSON


def is_web_page(content: bytes) -> bool:
    """Whether it begins as a web page does."""
    return _WEB_PAGE.match(content[:_LOOKED_AT]) is not None


def has_table(content: bytes) -> bool:
    """Whether a web page holds a table, as the exports of some systems do that are called .xls."""
    return _TABLE.search(content) is not None


def conflict(content: bytes) -> int | None:
    """The line, from 1, in which a conflict begins that git left in a text: two versions of it, one below the other."""
    if b"<<<<<<< " not in content or not all(map(content.__contains__, _CONFLICT)):
        return None
    begins = content.find(b"<<<<<<< ")
    return content.count(b"\n", 0, begins) + 1 if begins == 0 or content[begins - 1 : begins] == b"\n" else None


def unrecognised(content: bytes) -> Kind:
    """What to call a file of which nothing is certain: text, unless there are signs that no text has."""
    beginning = content[:_LOOKED_AT]
    return TEXT if len(beginning.translate(None, _CONTROLS)) == len(beginning) else UNKNOWN


def is_binary(content: bytes) -> bool:
    """Whether so much of its beginning are signs that no text has that it is no text with a slip in it."""
    beginning = content[:_LOOKED_AT]
    return _STRANGE * (len(beginning) - len(beginning.translate(None, _CONTROLS))) > len(beginning)


def _packed(content: bytes) -> Kind:
    """A ZIP file by the names in it, which stand unpacked in its directory."""
    if _first_name(content).lower().endswith(_PACKED_FILES):  # as it is, a workbook in it would pass for the whole
        return _ZIP
    if b"Index/Document.iwa" in content or b"Index/Tables/" in content:
        return _NUMBERS
    if content[30:38] == b"mimetype":
        return ODS if b"opendocument.spreadsheet" in content[38:120] else _OPEN_DOCUMENT
    if b"[Content_Types].xml" in content:
        for part, kind in ((b"xl/workbook.bin", XLSB), (b"word/document", _WORD), (b"ppt/presentation", _SLIDES)):
            if part in content:
                return kind
        if b"xl/" in content:
            return XLSX
    return XLSX if b"xl/worksheets/" in content else _ZIP


def _first_name(content: bytes) -> bytes:
    """The name of the first file in a ZIP file."""
    return content[30 : 30 + int.from_bytes(content[26:28], "little")]


def _old_office(content: bytes) -> Kind:
    """An OLE file by the names of its streams, which are UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return PROTECTED
    for stream in ("Workbook", "Book"):
        if stream.encode("utf-16-le") in content:
            return XLS
    return _OLD_OFFICE


def _is_utf16(content: bytes) -> bool:
    """By its mark, or because every other byte of its beginning is zero."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    beginning = content[:64]
    return len(beginning) >= 8 and (not any(beginning[1::2]) or not any(beginning[0::2])) and any(beginning)
