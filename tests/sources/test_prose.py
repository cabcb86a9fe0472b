import time

from ogp_pipeline.sources.prose import links, plain
from tests.every import for_every


@for_every(
    ("source", "text"),
    [
        ("no mark-up  at all", "no mark-up at all"),
        ("one<br>two<br/>\nthree", "one\ntwo\nthree"),
        ("first\n\nsecond\nthird", "first\nsecond\nthird"),
        ("<p>first</p><p>second</p>", "first\nsecond"),
        ("* one\n* two\n\n* three", "- one\n- two\n- three"),
        ("<ul><li>one</li><li><p>two</p></li></ul>", "- one\n- two"),
        ("1) one\n2) two", "1) one\n2) two"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("**bold** and _soft_ &amp; <sup>1</sup>", "bold and soft & 1"),
        ("a snake_case_name and 5 * 3 * 2", "a snake_case_name and 5 * 3 * 2"),
        ("# Heading\ntext", "Heading\ntext"),
        ("    indented is no code", "indented is no code"),
        ("total\n---", "total"),
        ("a<script>alert(1)</script><!-- no -->b", "ab"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("![A chart](c.png)", "A chart"),
        ("x < y and a<b", "x < y and a<b"),
        ("[Download](/a.pdf){:.button}", "Download (/a.pdf)"),
    ],
)
def test_markup_becomes_plain_text_line_by_line(source, text):
    assert plain(source) == text


@for_every(
    ("source", "text"),
    [
        ("see [the order](https://example.org/o)", "see the order (https://example.org/o)"),
        ('see <a href="https://example.org/o">the order</a>', "see the order (https://example.org/o)"),
        ("[https://example.org/o](https://example.org/o/)", "https://example.org/o/"),
        ('a website <a href="https://example.org/"></a>, open', "a website https://example.org/, open"),
        ("https://example.org/o.", "https://example.org/o."),
        ("[note](#fn1)", "note"),
        ("[data](/C:/Users/somebody/x) and [more](file:///x)", "data and more"),
        ("[us@example.org](mailto:us@example.org)", "us@example.org"),
    ],
)
def test_a_link_keeps_its_text_and_shows_its_target_once(source, text):
    assert plain(source) == text


@for_every(
    ("source", "found"),
    [
        ("M-22-04: [HOST/m](HOST/m)", [("HOST/m", "M-22-04")]),
        ('The notice - <a href="HOST/n">HOST/n</a>', [("HOST/n", "The notice")]),
        ("[A plan](/assets/plan.pdf)", [("/assets/plan.pdf", "A plan")]),
        ("Long talk. It came out. The U.S. Survey plan - HOST/p.", [("HOST/p", "The U.S. Survey plan")]),
        ("* Session link: HOST/s", [("HOST/s", "Session link")]),
        ("2. Report: HOST/r", [("HOST/r", "Report")]),
        ("above<br>[HOST/x](HOST/x)", [("HOST/x", "")]),
        ("A - HOST/a B - HOST/b", [("HOST/a", "A"), ("HOST/b", "B")]),
        ("[one](HOST/a) [two](HOST/a)", [("HOST/a", "one")]),
        ('<a href="https:HOST/x">https:HOST/x</a>', [("https:HOST/x", "")]),
        ("[odd](javascript:x) [sp](</a b>) [](#top)", [("javascript:x", "odd"), ("/a b", "sp")]),
        ("(see HOST/X_(y)), [z](HOST/z?a=1&b=2)", [("HOST/X_(y)", "see"), ("HOST/z?a=1&b=2", "z")]),
        ("None.", []),
    ],
)
def test_every_target_once_as_written_with_its_label(source, found):
    host = "https://example.org"
    wanted = [(url.replace("HOST", host), label) for url, label in found]
    assert [(link.url, link.label) for link in links(source.replace("HOST", host))] == wanted


def test_a_link_knows_where_its_own_target_stands():
    source = "https://example.org/a/b\n<a href='https://example.org/a'>x</a>"
    assert [source[: link.offset].count("\n") for link in links(source)] == [0, 1]


def test_deep_and_hostile_markup_does_not_break_it():
    started = time.thread_time()
    assert plain("<div>" * 5000 + "x") == "x"
    plain("[" * 20_000)
    plain("*a_" * 5_000)
    assert time.thread_time() - started < 60, "what is quadratic takes many minutes"
