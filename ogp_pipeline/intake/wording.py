"""The receipt's own sentences, es and en. Those about single problems are in schemas/rules.csv.

The count comes first; Spanish says *usted*; no word that only a programmer knows; at most two sentences in a
row.
"""

from ogp_pipeline.sources.records import Where

LANGUAGES = ("es", "en")

PHRASES = {
    "es": {
        "receipt": "Acuse de recibo",
        "blocks": "Por corregir",
        "please_check": "Por revisar",
        "could_be_better": "Podría mejorar",
        "where": "Dónde",
        "column": "Columna",
        "value": "Lo que recibimos",
        "wrong": "Qué pasa",
        "todo": "Qué escribir",
        "next": "Qué sigue",
        "found": "Lo que encontramos en su envío",
        "entered": "Lo que quedó guardado",
        "table": "Tabla",
        "rows": "Renglones",
        "about": "Datos del envío",
        "from": "Envía",
        "received": "Recibido",
        "files": "Archivos",
        "file": "Archivo",
        "size": "Tamaño (bytes)",
        "fingerprint": "Huella (sha256)",
        "number": "Número de envío",
        "schemas": "Versión de las reglas",
        "in_line": "línea {}",
        "in_sheet": "hoja «{}»",
        "in_cell": "celda {}",
        "in_place": "lugar {}",
        "empty": "(vacío)",
        "shortened": "… ({} caracteres en total)",
        "among": "en {} de {}",
        "inside": "en {}",
        "unchecked": "No pudimos revisar su archivo",
    },
    "en": {
        "receipt": "Receipt",
        "blocks": "To correct",
        "please_check": "Please check",
        "could_be_better": "Could be better",
        "where": "Where",
        "column": "Column",
        "value": "What we received",
        "wrong": "What is wrong",
        "todo": "What to type",
        "next": "What happens next",
        "found": "What we found in your delivery",
        "entered": "What was recorded",
        "table": "Table",
        "rows": "Rows",
        "about": "About this delivery",
        "from": "From",
        "received": "Received",
        "files": "Files",
        "file": "File",
        "size": "Size (bytes)",
        "fingerprint": "Fingerprint (sha256)",
        "number": "Delivery number",
        "schemas": "Version of the rules",
        "in_line": "line {}",
        "in_sheet": "sheet “{}”",
        "in_cell": "cell {}",
        "in_place": "place {}",
        "empty": "(empty)",
        "shortened": "… ({} characters in all)",
        "among": "in {} of {}",
        "inside": "in {}",
        "unchecked": "We could not check your file",
    },
}

_SINGULAR_PLURAL = {
    "es": {
        "thing_to_correct": ("cosa por corregir", "cosas por corregir"),
        "thing_to_check": ("cosa por revisar", "cosas por revisar"),
        "row": ("renglón", "renglones"),
        "row_received": ("renglón recibido", "renglones recibidos"),
        "file": ("archivo", "archivos"),
    },
    "en": {
        "thing_to_correct": ("thing to correct", "things to correct"),
        "thing_to_check": ("thing to check", "things to check"),
        "row": ("row", "rows"),
        "row_received": ("row received", "rows received"),
        "file": ("file", "files"),
    },
}

LEADS = {
    "es": {
        "accepted": "Todo está en orden.",
        "accepted_with_notes": "Guardamos su envío. Le pedimos revisar lo que sigue.",
        "rejected": "No incorporamos nada de este envío a los datos, para que no quede a medias.",
        "nothing_received": "Su archivo llegó, pero no trae ningún renglón con datos.",
        "not_processed": "El problema es nuestro, no suyo: no pudimos terminar de revisar su archivo.",
    },
    "en": {
        "accepted": "Everything is in order.",
        "accepted_with_notes": "We recorded your delivery. Please look at what follows.",
        "rejected": "We recorded nothing from this delivery, so that nothing is left half done.",
        "nothing_received": "Your file arrived, but it holds no row with data.",
        "not_processed": "The problem is ours, not yours: we could not finish checking your file.",
    },
}

STEPS = {
    "es": {
        "accepted": ["Sus datos entran en la próxima publicación. No tiene que hacer nada más."],
        "accepted_with_notes": [
            "Sus datos entran en la próxima publicación.",
            "Si algo de lo señalado no es correcto, corríjalo en su archivo y envíelo otra vez: "
            "el envío más reciente reemplaza al anterior.",
        ],
        "rejected": [
            "Corrija en su archivo lo que está bajo «Por corregir» y envíe otra vez el archivo completo{due}.",
            "Mientras tanto sigue vigente lo último que le aceptamos.",
        ],
        "nothing_received": [
            "Abra el archivo, compruebe que los renglones están en él, guárdelo y envíelo otra vez{due}.",
            "Mientras tanto sigue vigente lo último que le aceptamos.",
        ],
        "not_processed": [
            "Su archivo está a salvo y lo revisaremos otra vez. No tiene que hacer nada.",
        ],
    },
    "en": {
        "accepted": ["Your data will be in the next publication. There is nothing else to do."],
        "accepted_with_notes": [
            "Your data will be in the next publication.",
            "If something we point out is not right, correct it in your file and send it again: "
            "the newest delivery replaces the one before.",
        ],
        "rejected": [
            "In your file, correct what stands under “To correct” and send the whole file again{due}.",
            "Until then, what we last accepted from you stays in force.",
        ],
        "nothing_received": [
            "Open the file, see that the rows are in it, save it and send it again{due}.",
            "Until then, what we last accepted from you stays in force.",
        ],
        "not_processed": [
            "We will check your file again. There is nothing for you to do.",
        ],
    },
}

DUE = {"es": ", a más tardar el {}", "en": ", by {} at the latest"}


def count(what: str, number: int, language: str) -> str:
    """A number and its noun: ``1 renglón``, ``2 renglones``."""
    singular, plural = _SINGULAR_PLURAL[language][what]
    return f"{number} {singular if number == 1 else plural}"


def place(where: Where, language: str) -> str:
    """A place as a person looks for it: file, then sheet and cell, or line, or path."""
    words = PHRASES[language]
    parts = [where.file]
    if where.sheet is not None:
        parts.append(words["in_sheet"].format(where.sheet))
    if where.cell is not None:
        parts.append(words["in_cell"].format(where.cell))
    elif where.line is not None:
        parts.append(words["in_line"].format(where.line))
    elif where.pointer:
        parts.append(words["in_place"].format(where.pointer))
    return ", ".join(part for part in parts if part)


def shorten(value: str | None, length: int, language: str) -> str:
    """A value to show; '' if there is none to show. A shortened one says how long it was."""
    if value is None:
        return ""
    words = PHRASES[language]
    if value == "":
        return words["empty"]
    if len(value) <= length:
        return value
    return value[:length] + words["shortened"].format(len(value))


def printable(text: str) -> str:
    """The text, with what UTF-8 cannot carry written out as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
