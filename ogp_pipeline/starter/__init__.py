"""What ``ogp init`` makes: a programme file that loads without a mistake, and a place for each party's files.

The CSV files hold the headings of their tables and nothing else, so that a first run says "nothing received" rather
than inventing a plan. ``plain`` is a forum and one agency; ``mexico`` is a forum of three parties that decide by
consensus, as examples/mexico; ``canada`` is the plain one in two languages, with the levels of examples/canada-nap6.

plain   a forum and one agency
mexico  a forum of three parties
canada  two languages
files   texts and tables that several starts share
time_zones  the clocks of a country
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from ogp_pipeline.errors import WrongUse
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.starter import canada, mexico, plain

PLAIN = "plain"
# name -> the files of a new programme by their path in it: for a country, a language of comments, those of the
# programme, and today
STARTS: Mapping[str, Callable[[str, str, Sequence[str], date, Schemas], dict[str, str]]] = {
    PLAIN: plain.contents,
    "mexico": mexico.contents,
    "canada": canada.contents,
}
LANGUAGE = {"mexico": "es"}  # of the comments, where nobody says otherwise and it is not English
# Of the programme, where nobody says otherwise and it is not that of the comments alone.
LANGUAGES = {"mexico": ("es", "en"), "canada": ("en", "fr")}


def create(
    folder: Path,
    country: str,
    language: str,
    today: date,
    schemas: Schemas,
    start: str = PLAIN,
    languages: Sequence[str] = (),
) -> list[Path]:
    """Write a new programme into ``folder``; the files written, in order.

    ``language``: of the comments. ``languages``: of the programme; without them, LANGUAGES (``language`` and English
    where it is none of these), or ``language`` alone.
    ``start``: a key of STARTS. All files or none: WrongUse names those that are there already, and nothing is touched.
    """
    usual = LANGUAGES.get(start, (language,))
    chosen = tuple(languages) or (usual if language in usual else (language, ENGLISH))
    contents = STARTS[start](country, language, chosen, today, schemas)
    paths = {folder / name: text for name, text in contents.items()}
    taken = [str(path) for path in paths if path.exists()]
    if taken:
        more = f" and {len(taken) - 1} more" if taken[1:] else ""
        raise WrongUse(f"already there, and not touched: {taken[0]}{more}. Choose an empty folder.")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return list(paths)
