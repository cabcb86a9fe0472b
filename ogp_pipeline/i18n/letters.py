"""Letters as they are compared: what a person takes for the same is the same."""

import unicodedata


def bare(text: str) -> str:
    """Small letters, without accents and other marks, and without what nobody sees."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not _is_mark(letter)).casefold()


def _is_mark(letter: str) -> bool:
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) == "Cf"
