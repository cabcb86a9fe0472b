"""Where a draft says that it is one."""

import pytest

from ogp_pipeline.site.draft_mark import marked

HEADER = b'<html lang="en"><body class="list"><a class="skip"></a><header><nav></nav></header></body></html>'
BARE = b'<html lang="es"><body><main></main></body></html>'


@pytest.mark.parametrize(("page", "before"), [(HEADER, b"<header>\n"), (BARE, b"<body>\n")])
def test_the_mark_stands_within_the_margins_of_the_header_and_else_at_the_top(page: bytes, before: bytes) -> None:
    [(_, shown)] = marked([("index.html", page)])
    assert before + b'<p role="note">' in shown and len(shown) > len(page)


def test_what_is_no_page_and_has_no_body_stays_as_it_is() -> None:
    assert dict(marked([("a.csv", BARE), ("b.html", b"moved")])) == {"a.csv": BARE, "b.html": b"moved"}
