"""A text that people read, in the languages in which the programme file has it: ``{es: …, en: …}``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, ConfigDict, RootModel, ValidationInfo, model_serializer, model_validator
from pydantic_core import PydanticKnownError

from ogp_pipeline.i18n.languages import LANGUAGES, in_turn, is_tag


def _spoken(code: str) -> str:
    if code not in LANGUAGES:
        raise PydanticKnownError("literal_error", {"expected": " or ".join(f"'{spoken}'" for spoken in LANGUAGES)})
    return code


def _tagged(code: str) -> str:
    if not is_tag(code):
        raise ValueError("must be a language as BCP 47 writes it, such as `fr` or `pt-BR`")
    return code


SpokenLanguage = Annotated[str, AfterValidator(_spoken)]
"""The code of a language that we speak."""

Language = Annotated[str, AfterValidator(_tagged)]
"""The tag of any language in which a programme may write."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language that it is in, which is another than the wanted one where that lacks the text."""

    text: str
    language: str


class Text(RootModel[dict[Language, str]]):
    """A text in at least one language.

    Where a language lacks it, it is looked for in the programme's languages, in their order, then in all others.
    ``programme.file`` gives that order as the context of the validation; without it, it is the order of LANGUAGES.
    """

    model_config = ConfigDict(frozen=True)

    if TYPE_CHECKING:  # pydantic's own takes the languages as keywords too, and its types do not say so

        def __init__(self, **texts: str | None) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, texts: object, info: ValidationInfo) -> object:
        """Without languages that hold nothing; those that are looked at first stand first."""
        if not isinstance(texts, Mapping):
            return texts
        turn = in_turn(*(info.context or ()))
        last = len(turn)
        held = [(code, text) for code, text in texts.items() if text is not None and text != ""]
        return dict(sorted(held, key=lambda item: turn.index(item[0]) if item[0] in turn else last))

    @model_validator(mode="after")
    def _some(self) -> "Text":
        if not self.root:
            raise ValueError("needs a text in at least one language, such as `fr: …`")
        return self

    @model_serializer
    def _written(self) -> dict[str, str]:
        return self.held(tuple(dict.fromkeys((*LANGUAGES, *sorted(self.root)))))

    def __hash__(self) -> int:
        return hash(frozenset(self.root.items()))

    def said(self, language: str) -> Said:
        """The text in a language, or in the first that has it, with the language that it is in."""
        code = language if language in self.root else next(iter(self.root))
        return Said(self.root[code], code)

    def get(self, language: str) -> str:
        """The text in a language, or in the first that has it."""
        return self.said(language).text

    def only(self, language: str) -> str | None:
        """The text in this very language; None where it lacks it."""
        return self.root.get(language)

    def held(self, languages: tuple[str, ...]) -> dict[str, str]:
        """The texts by language, in this order; without languages that lack it."""
        return {code: self.root[code] for code in languages if code in self.root}


def order_of(programme: Any) -> tuple[str, ...]:  # noqa: ANN401 - what a YAML file holds is anything
    """The languages that a programme file names, as the order in which its texts are looked for."""
    named = programme.get("languages") if isinstance(programme, Mapping) else None
    return tuple(code for code in named if isinstance(code, str) and is_tag(code)) if isinstance(named, list) else ()
