"""Numbers by which states know a person, told by their form and, where they have them, by their check digits.

CURP  Mexico     18 signs; the last is a check digit
RFC   Mexico     13 signs for a person (12 are a company's, which are public); the last is a check sign
CUI   Guatemala  13 digits (the number of the DPI): 8, a check digit, department and municipality
CPF   Brazil     11 digits; the last two are check digits

A number is *certain* if its check digits are right and its form, or a name before it, leaves no other reading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DAY = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_STATES = "AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE"
_CURP = re.compile(rf"\b[A-Z][AEIOUX][A-Z]{{2}}{_DAY}[HMX](?:{_STATES})[B-DF-HJ-NP-TV-Z]{{3}}[A-Z0-9]\d\b", re.I)
_RFC = re.compile(rf"\b[A-ZÑ&]{{4}}[\s\-]?{_DAY}[\s\-]?[A-Z0-9]{{2}}[A0-9]\b", re.I)
_CUI = re.compile(r"\b(?:(DPI|CUI)[\s.:#\w°º]{0,12}?)?(\d{4}[\s\-]?\d{5}[\s\-]?\d{4})\b", re.I)
_CPF = re.compile(r"\b(?:(CPF)[\s.:#\w°º]{0,12}?)?(\d{3}\.?\d{3}\.?\d{3}-?\d{2})\b", re.I)
_CURP_SIGNS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
_RFC_SIGNS = [*"0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ", " ", "Ñ"]
_DEPARTMENTS = 22
_MUNICIPALITIES = 40  # more than any department has


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """``kind``: what people call it. ``end``: where it ends in its text."""

    kind: str
    text: str
    end: int
    certain: bool


def find(text: str) -> Iterator[IdentityNumber]:
    """Every such number of a text, and whether it is certain."""
    if sum(map(str.isdigit, text)) < 6:  # most texts have none
        return
    for hit in _CURP.finditer(text):
        yield IdentityNumber("CURP", hit[0], hit.end(), _curp(hit[0].upper()))
    for hit in _RFC.finditer(text):
        yield IdentityNumber("RFC", hit[0], hit.end(), _rfc(re.sub(r"[\s-]", "", hit[0].upper())))
    for hit in _CUI.finditer(text):
        if _cui(re.sub(r"\D", "", hit[2])):
            yield IdentityNumber("CUI", hit[2], hit.end(), bool(hit[1]) or not hit[2].isdigit())
    for hit in _CPF.finditer(text):
        if (hit[1] or not hit[2].isdigit()) and _cpf(re.sub(r"\D", "", hit[2])):
            yield IdentityNumber("CPF", hit[2], hit.end(), certain=True)


def _curp(number: str) -> bool:
    total = sum(_CURP_SIGNS.index(sign) * (18 - place) for place, sign in enumerate(number[:17]))
    return number[17] == str(-total % 10)


def _rfc(number: str) -> bool:
    total = sum(_RFC_SIGNS.index(sign) * (13 - place) for place, sign in enumerate(number[:12]))
    rest = -total % 11
    return number[12] == ("A" if rest == 10 else str(rest))


def _cui(digits: str) -> bool:
    department, municipality = int(digits[9:11]), int(digits[11:13])
    if not (1 <= department <= _DEPARTMENTS and 1 <= municipality <= _MUNICIPALITIES):
        return False
    total = sum(int(digit) * (place + 2) for place, digit in enumerate(digits[:8]))
    return total % 11 == int(digits[8])


def _cpf(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    for length in (9, 10):
        total = sum(int(digit) * (length + 1 - place) for place, digit in enumerate(digits[:length]))
        if int(digits[length]) != (total * 10 % 11) % 10:
            return False
    return True
