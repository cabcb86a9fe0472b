"""The packed file: judged by its directory before anything is unpacked, then asked which sheet is which part.

``zipfile`` never unpacks more than the declared size of a part, so the sum of the declared sizes is a true bound; the
number of parts is read from the last record of the archive before the directory itself is.
"""

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from ogp_pipeline.workbooks.answer import Refusal
from ogp_pipeline.workbooks.bounds import DAMAGED, Bounds

_MB = 1 << 20
_CHUNK = 1 << 16
_PROLOGUE = _MB  # what may stand before the root element: in a real one, a line
_SMALL = 4 * _MB  # workbook.xml, relations, styles: a real one has some kilobytes
_DEEPEST = 60
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # what may stand before the first bracket, in any encoding
_FOREIGN = {
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PROPERTY = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}property"
_WORKBOOK = "xl/workbook.xml"
_AREA = re.compile(  # as Excel writes one, and as LibreOffice does: $'My data'.$B$2:.$C$5
    r"\A\$?(?:'(?P<quoted>(?:[^']|''){1,100})'|(?P<plain>[^'!:.$]{1,100}))[!.]"
    r"\$(?P<first>[A-Z]{1,3})\$(?P<top>\d{1,7}):\.?\$(?P<last>[A-Z]{1,3})\$(?P<bottom>\d{1,7})",
    re.ASCII,
)
ENTITIES = Refusal("reading.why.entities")
DEEP = Refusal("reading.why.deep_part")


@dataclass(frozen=True, slots=True)
class Page:
    """A worksheet: its title, whether people see it, and its part in the archive."""

    title: str
    visible: bool
    part: str


@dataclass(frozen=True, slots=True)
class Book:
    """What the workbook says about itself. ``names``: areas that have one: its sheet and its cells. ``plain``: in the
    usual form, without the date system of 1904.
    """

    pages: tuple[Page, ...]
    properties: Mapping[str, str]
    names: Mapping[str, tuple[str, str]]
    plain: bool


def refusal(content: bytes, bounds: Bounds) -> Refusal | None:
    """Judges the directory, and that no part of XML declares entities or nests too deep. Raises BadZipFile."""
    if (count := _announced(content)) > bounds.parts:
        return _parts(count, bounds)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > bounds.parts:
            return _parts(len(parts), bounds)
        unpacked = sum(part.file_size for part in parts)
        if unpacked > bounds.unpacked_mb * _MB:
            figures = {"size": unpacked // _MB, "limit": bounds.unpacked_mb}
            return Refusal("reading.over.unpacked", figures, "reading.most.megabytes")
        for part in parts:
            ratio = part.file_size // max(part.compress_size, 1)
            if part.file_size > _MB and ratio > bounds.packing_ratio:
                figures = {"ratio": ratio, "limit": bounds.packing_ratio}
                return Refusal("reading.over.ratio", figures, "reading.most.times")
            if judged := _judge(archive, part):
                return judged
    return None


def _judge(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Refusal | None:
    """Whether a part that is XML, whatever its name, has a document type, or elements in elements without end."""
    with archive.open(part) as stream:
        data = stream.read(_CHUNK)
        if not (data.lstrip(_MARKS) or b"<").startswith(b"<"):
            return None
        prologue = _Prologue()
        read = len(data)
        while not prologue.ends(data):
            if read > _PROLOGUE or not (data := stream.read(_CHUNK)):
                break
            read += len(data)
    if prologue.typed or (not prologue.over and read > _PROLOGUE):
        return ENTITIES
    if "/worksheets/" in part.filename or part.filename.endswith("sharedStrings.xml"):
        return None
    with archive.open(part) as stream:
        return DEEP if _depth(stream.read(_CHUNK if part.file_size > _SMALL else _SMALL)) > _DEEPEST else None


class _Over(Exception):
    """Ends the parsing: the root element begins, or a document type is declared."""


class _Prologue:
    """What stands before the root element, in whatever encoding and behind whatever comments."""

    def __init__(self) -> None:
        self.typed = self.over = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._type
        self._parser.StartElementHandler = self._root

    def ends(self, data: bytes) -> bool:
        """Whether it ends in the data: at the root element, at a document type, or because this is no XML."""
        try:
            self._parser.Parse(data, False)
        except _Over:
            return True
        except expat.ExpatError:
            # An encoding that expat does not know is one in which another reader may see a document type.
            self.typed = self._parser.ErrorCode in _FOREIGN
            self.over = True
            return True
        except ValueError:  # such an encoding, too, and of several bytes to a letter
            self.typed = True
            return True
        return False

    def _type(self, *_: object) -> None:
        self.typed = True
        raise _Over

    def _root(self, *_: object) -> None:
        self.over = True
        raise _Over


def _depth(data: bytes) -> int:
    """How deep elements nest at most, without building them: +1 for a start tag, -1 for an end tag."""
    depth = deepest = 0
    for tag in re.findall(rb"<(/?)[A-Za-z][^<>]*?(/?)>", data):
        if tag[0]:
            depth -= 1
        elif not tag[1]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _announced(content: bytes) -> int:
    """The number of parts in the end record (65535 stands for more)."""
    at = content.rfind(b"PK\x05\x06")
    if at < 0 or len(content) < at + 12:
        return 0
    count: int = struct.unpack_from("<H", content, at + 10)[0]
    return count


def _parts(count: int, bounds: Bounds) -> Refusal:
    return Refusal("reading.over.parts", {"count": count, "limit": bounds.parts}, "reading.most.parts")


def book(archive: zipfile.ZipFile) -> Book | Refusal:
    """The sheets and the custom properties. KeyError, ParseError … if it is no sound workbook."""
    names = set(archive.namelist())
    where = _WORKBOOK if _WORKBOOK in names else next((name for name in names if name.endswith("/workbook.xml")), "")
    if not where:
        return DAMAGED
    folder = posixpath.dirname(where)
    root = ElementTree.fromstring(archive.read(where))
    relations = ElementTree.fromstring(archive.read(f"{folder}/_rels/{posixpath.basename(where)}.rels"))
    targets = {item.get("Id", ""): item for item in relations}
    pages = []
    for item in root.iter(f"{_MAIN}sheet"):
        relation = targets[item.get(_RELATION, "")]
        if not relation.get("Type", "").endswith("/worksheet"):
            continue  # a chart
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        pages.append(Page(item.get("name", ""), item.get("state", "visible") == "visible", part))
    settings = root.find(f"{_MAIN}workbookPr")
    old = settings is not None and settings.get("date1904") not in (None, "0", "false")
    titles = [page.title for page in pages]
    called = {item.get("name", ""): area for item in root.iter(f"{_MAIN}definedName") if (area := area_of(item.text))}
    return Book(tuple(pages), _properties(archive, names), called, not old and len(set(titles)) == len(titles))


def area_of(reference: str | None) -> tuple[str, str] | None:
    """The sheet and the cells of ``'My data'!$B$2:$C$5``; None if it is no single area."""
    parts = _AREA.fullmatch(reference or "")
    if parts is None:
        return None
    title = parts["quoted"].replace("''", "'") if parts["quoted"] is not None else parts["plain"]
    return title, f"{parts['first']}{parts['top']}:{parts['last']}{parts['bottom']}"


def _properties(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    if "docProps/custom.xml" not in names:
        return {}
    root = ElementTree.fromstring(archive.read("docProps/custom.xml"))
    return {item.get("name", ""): (item[0].text or "") for item in root.iter(_PROPERTY) if len(item)}
