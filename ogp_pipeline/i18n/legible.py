r"""Words from outside as people, terminals and records may see them: nothing that acts, hides, deceives or is secret.

What a terminal would obey, what turns the text around and what nobody sees is written out as an escape (``\x9b``,
``\u202e``); a byte of a name that is not UTF-8, which Python hands on as half a letter, as that byte (``\xff``).
"""

import re
import unicodedata

# Control signs (C0, DEL, C1), marks without a shape of their own (zero-width, turning, tags), halves of letters, and
# the separators of lines and paragraphs.
_ILLEGIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ESCAPED = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_USER = re.compile(r"://[^\s/?#]*@")
# Names of parameters that carry a secret: ?token=, &api_key=, X-Amz-Signature=, a SAS address's sig= …
_PARAMETER = re.compile(
    r"([?&;#](?:[\w.-]{0,40}?(?:token|secret|signature|passw(?:or)?d|credential|api[-_.]?key|key[-_.]?id|accesskeyid)"
    r"|[\w.-]{0,20}?key|sig|pwd|pass|auth)=)[^\s&;#'\"<>)]+",
    re.IGNORECASE,
)
_HIDDEN = "***"


def legible(text: str, *, lines: bool = False) -> str:
    """The text with every illegible letter written out. ``lines``: line breaks and tabs stay what they are."""
    if text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(letter if letter in kept or not is_illegible(letter) else _escape(letter) for letter in text)


def is_illegible(letter: str) -> bool:
    """Whether a letter cannot be written, acts on a terminal, turns what follows around, or cannot be seen."""
    return unicodedata.category(letter) in _ILLEGIBLE


def holds_escapes(text: str) -> bool:
    """Whether a legible text stands for one that is not."""
    return _ESCAPED.search(text) is not None


def without_secrets(text: str) -> str:
    """The text with user names, passwords and keys in addresses hidden."""
    if "://" in text:
        text = _USER.sub(f"://{_HIDDEN}@", text)
    return _PARAMETER.sub(rf"\1{_HIDDEN}", text) if "=" in text else text


def presentable(text: str, *, lines: bool = False) -> str:
    """A text for the log, a record or a terminal: legible, and without secrets."""
    return without_secrets(legible(text, lines=lines))


def legible_tree(value: object) -> object:
    """A JSON document, every text of it as ``presentable``, with its lines."""
    if isinstance(value, str):
        return presentable(value, lines=True)
    if isinstance(value, dict):
        return {legible_tree(key): legible_tree(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [legible_tree(item) for item in value]
    return value


def json_text(document: str) -> str:
    """JSON as it may be printed: the same values, with every illegible letter as JSON's own escape."""
    if document.isprintable():
        return document
    return "".join(
        letter if letter in "\n\t" or not is_illegible(letter) else _json_escape(letter) for letter in document
    )


def _escape(letter: str) -> str:
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no part of a letter
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
