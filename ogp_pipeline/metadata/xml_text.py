"""XML as bytes: indented, declared as UTF-8, the same in every process."""

from xml.etree import ElementTree


def to_bytes(root: ElementTree.Element) -> bytes:
    """The document whose root this is."""
    ElementTree.indent(root, space=" ")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def child(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    """A new last child."""
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text
    return element
