"""Personal data in what would be published: addresses, telephones, numbers of identity.

What is certain must leave the text. What is only likely (a telephone may be an office's, a number may be a file's) is
published when its sender confirms it: by the word «(público)» or “(public)” right behind it, or because the programme
says so (``publication.may_publish``, for what nobody here can edit). All patterns are linear and bounded.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ogp_pipeline.i18n.legible import is_illegible
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules import identity_numbers
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.rules.texts import EMAIL, text_cells
from ogp_pipeline.validation.scope import Scope

_CONFIRMED = re.compile(r"\s{0,2}\((?:p[uú]blic[oa]|public)\)", re.IGNORECASE)
# «ana (arroba) ejemplo (punto) org», "ana [at] example [dot] org", «ana arroba ejemplo.org», ana&#64;example.org
_AT = re.compile(
    r"\s?[\[({<]\s?(?:arroba|at|@)\s?[\])}>]\s?|\sarroba\s|&#0{0,4}64;|&#x0{0,4}40;|&commat;", re.IGNORECASE
)
_DOT = re.compile(r"\s?[\[({<]\s?(?:punto|dot|\.)\s?[\])}>]\s?", re.IGNORECASE)
# "ana.lopez at example.org", "ana at example dot org"; a page is found "at example.org", too: one sign must tell more.
_AT_IN_WORDS = re.compile(
    r"\b(?:\w{1,40}[.+_\d][\w.+]{0,40} at (?:[\w-]{1,63}\.){1,4}|[\w.+-]{1,64} at (?:[\w-]{1,63} dot ){1,4})"
    r"(?:com|org|net|gov|gob|edu|int|info)\b",
    re.IGNORECASE,
)
_GAP = r"[\s().\-]{0,3}"
_NUMBER = rf"\+?(?:{_GAP}\d){{7,15}}"
_CALLED = re.compile(
    r"\b(?:tel(?:s|efono|éfono|efonos|éfonos|ephone)?|tfno|phone|cel(?:ular)?|m[oó]vil|mobile|whats\s?app|fax|pbx|t)\b"
    rf"[\s.:#\-]{{0,6}}({_NUMBER})",
    re.IGNORECASE,
)
_T = re.compile(r"\bt\b[^.:]", re.IGNORECASE)  # the letter alone calls nobody: «t.» and «t:» do
_ABROAD = re.compile(rf"(?:^|[^\w+])(\+(?:{_GAP}\d){{10,15}})(?:\D|$)")
_AREA = re.compile(r"(\(\+?(\d{2,4})\)\s?\d{3,4}[\s.\-]?\d{4})(?:[^\d.\-]|[.\-]\D|[.\-]?$)")
_IN_BRACKETS = re.compile(r"\(\s?((\d{4})[\s.\-](\d{4}))\s?\)")


@dataclass(frozen=True, slots=True)
class Likely:
    """A piece of a text that may be personal: what stands there, and where it ends."""

    text: str
    end: int


@rule("email-in-public-text")
def email_in_public_text(scope: Scope) -> Iterator[Problem]:
    """``email-in-public-text``: an e-mail address in what would be published, also in disguise."""
    for row, column, value in text_cells(scope):
        if address := email(value):
            yield scope.problem("email-in-public-text", row, column, email=address)


@rule("identity-in-public-text")
def identity_in_public_text(scope: Scope) -> Iterator[Problem]:
    """``identity-in-public-text``: a number that is certainly a person's: CURP, RFC, CUI, CPF, by its check digits."""
    for row, column, value in text_cells(scope):
        certain = [number for number in identity_numbers.find(value) if number.certain]
        if certain:
            yield scope.problem("identity-in-public-text", row, column, kind=certain[0].kind)


@rule("phone-in-public-text")
def phone_in_public_text(scope: Scope) -> Iterator[Problem]:
    """``phone-in-public-text``: a telephone number that nobody has confirmed to be public."""
    yield from _unconfirmed(scope, "phone-in-public-text", phones)


@rule("likely-personal")
def likely_personal(scope: Scope) -> Iterator[Problem]:
    """``likely-personal``: what may be an address or a number of identity, and nobody has confirmed to be public."""
    yield from _unconfirmed(scope, "likely-personal", likely)


def email(text: str) -> str | None:
    """The first address in a text, as it can be used; None if there is none."""
    plain = "".join("" if is_illegible(letter) and letter not in "\n\t" else letter for letter in text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    hit = EMAIL.search(plain)
    if hit is None and ("arroba" in plain.lower() or "at" in plain.lower() or "&#" in plain or "@" in plain):
        hit = EMAIL.search(_DOT.sub(".", _AT.sub("@", plain)))
    return hit[0] if hit else None


def phones(text: str) -> Iterator[Likely]:
    """Numbers that their own text calls telephones, or that are written as nothing else is."""
    for hit in _CALLED.finditer(text):
        if not _T.match(text, hit.start()):
            yield Likely(hit[0], hit.end())
    for hit in _ABROAD.finditer(text):
        yield Likely(hit[1], hit.end(1))
    for hit in _AREA.finditer(text):
        if not _is_year(hit[2]):
            yield Likely(hit[1], hit.end(1))
    for hit in _IN_BRACKETS.finditer(text):
        if not (_is_year(hit[2]) and _is_year(hit[3])):
            yield Likely(hit[1], hit.end())


def likely(text: str) -> Iterator[Likely]:
    """What may be an address in words, or a number of identity without its check digit or its name."""
    for hit in _AT_IN_WORDS.finditer(text):
        yield Likely(hit[0], hit.end())
    for number in identity_numbers.find(text):
        if not number.certain:
            yield Likely(number.text, number.end)


def _unconfirmed(scope: Scope, name: str, find: Callable[[str], Iterator[Likely]]) -> Iterator[Problem]:
    allowed = {_bare(text) for text in scope.programme.publication.may_publish}
    for row, column, value in text_cells(scope):
        for number in find(value):
            if _CONFIRMED.match(value, number.end) is None and _bare(number.text) not in allowed:
                yield scope.problem(name, row, column, likely=" ".join(number.text.split()))
                break


def _bare(text: str) -> str:
    """Only what tells numbers and addresses apart: digits, and the letters of what has no seven digits."""
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits if len(digits) >= 7 and not any(map(str.isalpha, text[-4:])) else "".join(text.split()).casefold()


def _is_year(digits: str) -> bool:
    return len(digits) == len("1900") and "1900" <= digits <= "2099"
