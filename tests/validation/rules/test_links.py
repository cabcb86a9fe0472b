"""Links that nobody else can open."""

from ogp_pipeline.validation.rules.links import why_closed
from tests.every import for_every
from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK

CASES = [
    Case(
        "url-form",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2024-02-01,2024-12-01,www.example.org\n",
        COMMITMENT_OK,
        2,
        "url",
        ("www.example.org",),
        ("www.example.org",),
    ),
    Case(
        "link-closed",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2024-02-01,2024-12-01,http://intranet/doc\n",
        COMMITMENT_OK,
        2,
        "url",
        ("http://intranet/doc", "red de una oficina"),
        ("http://intranet/doc", "office's network"),
    ),
]


@for_every(
    ("address", "why"),
    [
        ("http://localhost/x", "within"),
        ("http://192.168.1.5/doc.pdf", "within"),
        ("http://10.0.0.3:8080/a", "within"),
        ("http://[::1]/a", "within"),
        ("http://127.1/x", "within"),
        ("http://0x7f.1/", "within"),
        ("http://2130706433/", "within"),
        ("http://[::ffff:10.0.0.1]/", "within"),
        ("http://256.1.1.1/", "host"),
        ("https://www.gob.gt:99999/", "host"),
        ("https://localhost.localdomain/", "within"),
        ("https://server.local/a", "within"),
        ("https://gob", "within"),
        ("https://intranet/doc", "within"),
        ("https://example.com/…", "cut"),
        ("https://www.gob.gt/informe...", "cut"),
        ("https://www.gob..gt/a", "host"),
        ("https://-gob.gt/a", "host"),
        ("https://[::1/a", "host"),
        ("http://http://www.gob.gt/a", "twice"),
        ("https:https://www.gob.gt/a", "twice"),
        ("https://www.gob.gt/a.pdf,https://www.gob.gt/b.pdf", "several"),
        ("https://www.gob.gt/a.pdf;https://www.gob.gt/b.pdf", "several"),
        ("https://www.gob.gt/a.pdf https://www.gob.gt/b.pdf", "several"),
        ("file:///C:/Users/a/b.pdf", "disk"),
        ("C:\\informes\\b.pdf", "disk"),
        ("G:/Mi unidad/b.pdf", "disk"),
        ("\\\\servidor\\b.pdf", "disk"),
        ("/Users/a/b.pdf", "disk"),
    ],
)
def test_why_an_address_opens_for_nobody_else(address, why):
    assert why_closed(address) == f"rule.link.{why}"


@for_every(
    "address",
    [
        "https://www.gob.gt/a,b.pdf",
        "https://web.archive.org/web/2020/http://www.gob.gt/a",
        "https://xn--ministerio-o7a.gt/",
        "https://función-pública.gob.gt/año?x=1&y=2#z",
        "http://8.8.8.8/a",
        "https://www.gob.gt:8443/a",
        "https://8.gob.gt/a",
        "https://www.gob.gt./a",
        "https://sub_domain.gob.gt/a",
        "www.gob.gt/a",
        "https:/www.gob.gt",
        "Oficio 12",
    ],
)
def test_an_address_that_can_be_opened_or_is_another_rules_affair(address):
    assert why_closed(address) is None
