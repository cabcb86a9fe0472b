from datetime import date

from ogp_pipeline.sources.quantities import dates, hundredfold, number
from tests.every import for_every


@for_every(
    ("text", "formats", "found"),
    [
        ("15/01/2024", ["%d/%m/%Y", "%m/%d/%Y"], [date(2024, 1, 15)]),
        ("03/04/2024", ["%d/%m/%Y", "%m/%d/%Y"], [date(2024, 3, 4), date(2024, 4, 3)]),
        ("04/04/2024", ["%d/%m/%Y", "%m/%d/%Y"], [date(2024, 4, 4)]),
        ("3 de abril de 2024", ["%d de %B de %Y"], [date(2024, 4, 3)]),
        ("3-ABR-2024", ["%d-%b-%Y"], [date(2024, 4, 3)]),
        ("3 août 2024", ["%d %B %Y"], [date(2024, 8, 3)]),
        ("3 fevr 2024", ["%d %b %Y"], [date(2024, 2, 3)]),
        ("3-set-2024", ["%d-%b-%Y"], [date(2024, 9, 3)]),
        ("October 28, 2022", ["%B %d, %Y"], [date(2022, 10, 28)]),
        ("2024-04-03", ["%Y-%d-%m"], [date(2024, 4, 3)]),
        ("2024-04-03T00:00:00", ["%d/%m/%Y"], [date(2024, 4, 3)]),
        ("2024-02-31", ["%Y-%m-%d"], []),
        ("31/02/2024", ["%d/%m/%Y"], []),
        ("soon", ["%d/%m/%Y"], []),
    ],
)
def test_a_date_is_every_day_it_can_mean(text, formats, found):
    assert dates(text, formats) == found


@for_every(
    ("text", "sign", "found"),
    [
        ("62,5", ",", "62.5"),
        ("1.234,5", ",", "1234.5"),
        ("1 234 567,25", ",", "1234567.25"),
        ("1,234.5", ".", "1234.5"),
        ("-3", ".", "-3"),
        ("+3", ".", "3"),
        ("62 %", ",", "62"),
        ("62.5", ",", None),
        ("1.23,5", ",", None),
        ("1,5,5", ",", None),
        ("", ",", None),
        ("n/a", ",", None),
        ("1_000", ".", None),
    ],
)
def test_a_number_has_one_reading_or_none(text, sign, found):
    assert number(text, sign) == found


@for_every(
    ("share", "percent"), [("0.45", "45"), ("1", "100"), ("0.125", "12.5"), ("0", "0"), ("0.0", "0"), ("soon", "soon")]
)
def test_a_part_of_one_is_as_many_hundredths(share, percent):
    assert hundredfold(share) == percent
