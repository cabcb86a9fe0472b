"""A text that people read, in Spanish and English, as the programme file writes it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["es", "en"]


class Text(BaseModel):
    """A text in the languages that exist; at least one. ``get`` falls back to the other language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    es: str | None = None
    en: str | None = None

    @model_validator(mode="after")
    def _some(self) -> "Text":
        if not (self.es or self.en):
            raise ValueError("needs a text in `es`, `en` or both")
        return self

    def get(self, language: str) -> str:
        """The text in a language, or in the other where it is missing."""
        wanted, other = (self.es, self.en) if language == "es" else (self.en, self.es)
        return wanted or other or ""
