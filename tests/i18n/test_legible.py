"""Words from outside neither act on a terminal nor deceive nor tell a secret, wherever they are shown."""

import io
import json
import logging
from typing import Any

import pytest
from rich.markup import escape

from ogp_pipeline.cli.views_run import OUT
from ogp_pipeline.i18n import legible as words
from ogp_pipeline.runs.fault_log import log_fault

ACTING = ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\x9d", "\u200b", "\u202e", "\u2066", "\u2028", "\u2029", "\ufeff"]
ACTING += ["\U000e0041", "\udcff", "\u00ad", "\u061c", "\u2060"]
SECRET = "s3cr3t-pa55"


@pytest.mark.parametrize("letter", ACTING, ids=lambda letter: f"U+{ord(letter):04X}")
def test_a_letter_that_acts_or_hides_is_written_out(letter: str) -> None:
    for lines in (False, True):
        shown = words.legible(f"a{letter}ñ", lines=lines)
        assert letter not in shown and shown.startswith("a\\") and shown.endswith("ñ")
        assert words.holds_escapes(shown) and shown.encode()
    assert json.loads(words.json_text(json.dumps({"a": letter}, ensure_ascii=False))) == {"a": letter}
    assert letter not in words.json_text(json.dumps({"a": letter}, ensure_ascii=False))


def test_what_is_legible_stays_as_it_is_and_lines_stay_where_they_may() -> None:
    plain = "Ciudadanía – «ñandú», 5\N{NO-BREAK SPACE}000 € 日本 \U0001f600"
    assert words.legible(plain) == plain
    assert words.legible("a\nb\tc", lines=True) == "a\nb\tc"
    assert words.legible("a\nb\tc\r") == "a\\x0ab\\x09c\\x0d"
    assert words.legible("u\udcff.csv") == "u\\xff.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"https://ana:{SECRET}@example.org/a.csv",
        f"https://{SECRET}@example.org",
        f"https://ana:{SECRET}@x@example.org/",
        f"HTTPConnectionPool(host='x'): Max retries exceeded with url: /a?token={SECRET} (Caused by x)",
        f"https://x.org/a?b=1&api_key={SECRET}&c=2",
        f"https://x.org/a?X-Amz-Credential={SECRET}&X-Amz-Signature={SECRET}&X-Amz-Security-Token={SECRET}",
        f"https://x.blob.example.net/a?sv=2020&se=2026&sig={SECRET}%3D",
        f"https://x.org/a?AWSAccessKeyId={SECRET}&Signature={SECRET}",
        f"https://x.org/#access_token={SECRET}",
        f"https://x.org/a?KEY={SECRET}",
        f"https://x.org/a?client_secret={SECRET};password={SECRET}",
    ],
)
def test_a_secret_of_an_address_is_hidden(text: str, caplog: pytest.LogCaptureFixture) -> None:
    assert SECRET not in words.presentable(text)
    assert SECRET not in str(words.legible_tree({"a": [{"b": text}]}))
    with caplog.at_level(logging.ERROR):
        log_fault(logging.getLogger("x"), text, OSError(text))
    assert SECRET not in caplog.text


def test_an_address_without_a_secret_stays() -> None:
    for text in ("https://x.org/a?design=2&page=3#top", "a = b @ c", "https://x.org/@forum", "token = 5"):
        assert words.without_secrets(text) == text


def test_nothing_printed_acts_on_the_terminal_or_is_read_as_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.table import Table

    stream = io.StringIO()
    monkeypatch.setattr(OUT, "_file", stream)  # `file` itself would stay what it was when it was undone
    cell = "\x9b31m\x1b[31m[red]x[/red]\u202e\x1b[red]"
    OUT.print(f"[bold]{escape(cell)}[/]")
    grid: Any = Table()
    grid.add_column("a")
    grid.add_row(escape(cell))
    OUT.print(grid)
    shown = stream.getvalue()
    assert not set("\x1b\x9b\u202e") & set(shown)
    assert shown.count("[red]x[/red]") == 2 and "\\x9b31m\\x1b[31m" in shown
