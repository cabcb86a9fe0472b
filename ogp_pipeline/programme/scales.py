"""Scales of progress that a programme declares itself: its own levels, with their labels, order and meaning."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Code, LevelMeaning, Schemas

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OwnLevel(_Declared):
    """One level. ``meaning``: what metrics take it for; ``description``: where it says no more than ``label``, that."""

    code: _Id
    label: Text
    meaning: LevelMeaning
    description: Text | None = None


class OwnScale(_Declared):
    """A scale: its ``levels`` in the order in which people see them."""

    id: _Id
    levels: Annotated[list[OwnLevel], Field(min_length=2)]

    @model_validator(mode="after")
    def _whole(self) -> "OwnScale":
        codes = [level.code for level in self.levels]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"scale {self.id} has the code {', '.join(twice)} more than once")
        if "complete" not in {level.meaning for level in self.levels}:
            raise ValueError(f"scale {self.id} has no level with the meaning `complete`, so nothing could ever be")
        return self


def added(schemas: Schemas, scales: Iterable[OwnScale]) -> Schemas:
    """The schemas with a programme's own scales behind those of everybody, and no other programme's."""
    everybodys = tuple(code for code in schemas.codes[PROGRESS_STATUS] if not code.own)
    codes = (*everybodys, *(code for scale in scales for code in _codes(scale)))
    return (
        schemas
        if codes == schemas.codes[PROGRESS_STATUS]
        else replace(schemas, codes={**schemas.codes, PROGRESS_STATUS: codes})
    )


def lacking(level: OwnLevel, languages: Iterable[str]) -> list[str]:
    """The languages, of those in which codes are published, in which a level has no label or half a description."""
    texts = [text for text in (level.label, level.description) if text is not None]
    return [language for language in languages if any(text.only(language) is None for text in texts)]


def _codes(scale: OwnScale) -> Iterator[Code]:
    for order, level in enumerate(scale.levels, start=1):
        yield Code(
            list=PROGRESS_STATUS,
            scale=scale.id,
            version=1,
            code=level.code,
            order=order,
            label=_everywhere(level.label),
            description=_everywhere(level.description or level.label),
            meaning=level.meaning,
            own=True,
        )


def _everywhere(text: Text) -> Mapping[str, str]:
    """In every language of ours. What the text lacks is published nowhere: ``lacking`` refuses it before."""
    return {language: text.get(language) for language in LANGUAGES}
