"""The news of a release as sentences that a citizen reads once. Pages, feeds and the home page say these and no others.

Every sentence is a text of the catalogue with ``{what}`` in it, in whose place a page puts a link, and a feed the name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import in_turn, spoken
from ogp_pipeline.release.news import Fact, Kind, Named, News, Told, Value

_MOST_SAID = 200  # letters of what the forum decided in its own words
FEW = 5  # sentences of a kind where there is little room
_WHAT = "{what}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """``before`` and ``after`` stand around the name of what it is about; a sentence about nothing has no ``after``."""

    before: str
    what: Named | None = None
    name: str = ""
    language: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The sentence without a link."""
        code = f"{self.what.id} " if self.what and self.what.id != self.name else ""
        return f"{self.before}{code}{self.name}{self.after}"


@dataclass(frozen=True)
class Group:
    """The sentences of a kind. ``title`` says how many there are in all, ``more`` how many of them are left out."""

    kind: Kind
    title: str
    sentences: tuple[Sentence, ...]
    more: int


def groups(news: News, language: str, most: int | None = None) -> list[Group]:
    """All that is told. ``most``: sentences of a kind; None is all that the news hold."""
    return [_group(told, language, most) for told in news.news]


def lead(news: News, language: str) -> Sentence | None:
    """What has to be said first, where there is no news, or none of people's making."""
    own = spoken(language)
    if news.software:
        return Sentence(catalogue.say("told.software", own))
    return None if news.news else Sentence(catalogue.say("told.nothing", own))


def few(news: News, language: str, most: int = FEW) -> Iterator[Sentence]:
    """The same in short: the first sentences of each kind, or how many there are where that is all that is known."""
    first = lead(news, language)
    if first is not None:
        yield first
    for group in groups(news, language, most):
        if group.more or not group.sentences:
            yield Sentence(group.title)
        yield from group.sentences


def _group(told: Told, language: str, most: int | None) -> Group:
    own = spoken(language)
    shown = told.facts if most is None else told.facts[:most]
    sentences = tuple(sentence(told.kind, fact, language) for fact in shown)
    return Group(told.kind, f"{catalogue.count(f'told.count.{told.kind}', told.total, own)}.", sentences,
                 told.total - len(shown) if told.facts else 0)  # fmt: skip


def sentence(kind: Kind, fact: Fact, language: str) -> Sentence:
    """One fact."""
    own = spoken(language)
    values = {"old": _word(fact.old, own), "new": _word(fact.new, own)}
    values |= {"by": _text(fact.by, own) or "", "field": _small(_text(fact.field, own) or "")}
    form = _form(kind, fact)
    if form == "decided_said" and fact.new is not None:
        values["new"] = shorten((_text(fact.new.label, own) or "").rstrip("."), _MOST_SAID, placeholder="…")
    text = catalogue.say(f"told.fact.{form}", own, what=_WHAT, **values)
    before, _, after = text.partition(_WHAT)
    name, tag = _title(fact.what, language)
    return Sentence(before, fact.what, name, tag, after)


def _form(kind: Kind, fact: Fact) -> str:
    """Which of the sentences of a kind fits what is known."""
    match kind:
        case Kind.COMMITMENTS_MOVED | Kind.MILESTONES_MOVED:
            return "moved"
        case Kind.COMMITMENTS_FIRST | Kind.MILESTONES_FIRST:
            return "first"
        case Kind.COMMITMENTS_UNKNOWN | Kind.MILESTONES_UNKNOWN:
            return "unknown"
        case Kind.COMMITMENTS_WITHDRAWN | Kind.MILESTONES_WITHDRAWN:
            return "withdrawn_by" if fact.by else "withdrawn"
        case Kind.DUE_MOVED:
            return "due_gone" if fact.new is None else "due_set" if fact.old is None else "due"
        case Kind.CORRECTED:
            return "corrected_filled" if fact.old is None else "corrected_emptied" if fact.new is None else "corrected"
        case Kind.DECIDED:
            return "decided_bare" if fact.new is None else "decided" if fact.field else "decided_said"
        case Kind.ASSESSED:
            return "assessed_by" if fact.by else "assessed"
        case Kind.COMMITMENTS_ADDED | Kind.MILESTONES_ADDED | Kind.PROPOSALS_ADDED | Kind.EVENTS_ADDED:
            return "added"
        case Kind.COMMITMENTS_GONE | Kind.MILESTONES_GONE | Kind.PROPOSALS_GONE:
            return "gone"
        case _:
            return str(kind)


def _word(value: Value | None, language: str) -> str:
    """The word of a code in the middle of a sentence; a day as it is written; what has no words as it stands."""
    if value is None:
        return ""
    label = _text(value.label, language)
    if label is not None:
        return _small(label)
    try:
        return catalogue.day(date.fromisoformat(value.code), language)
    except ValueError:
        return value.code


def _small(word: str) -> str:
    """As it stands in the middle of a sentence; an abbreviation keeps its capitals."""
    return word if word[:2].isupper() else word[:1].lower() + word[1:]


def _text(texts: Mapping[str, str], language: str) -> str | None:
    return next((texts[tag] for tag in (*in_turn(language), *texts) if tag in texts), None)


def _title(what: Named, language: str) -> tuple[str, str]:
    """The title and its language; without one, the code."""
    order = (*in_turn(language, spoken(language)), *what.title)
    tag = next((tag for tag in order if tag in what.title), None)
    return (what.title[tag], tag) if tag else (what.id, spoken(language))
