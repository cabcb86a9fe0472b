"""A secret that a server repeats is hidden, in whichever form it writes it."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

from ogp_pipeline.i18n.masking import masked
from tests.every import for_every

SECRET = 'pat/9+8=7&"6 x'


def _whole(text):
    return quote(text, safe="")


def _base64(text):
    return base64.b64encode(text.encode()).decode()


@for_every("written", [str, quote, _whole, quote_plus, html.escape, json.dumps, _base64])
def test_it_is_hidden_however_it_is_written(written):
    told = masked(f"no {written(SECRET)} here", [SECRET])
    assert told.replace('"', "") == "no … here"


def test_of_a_basic_token_name_and_password_are_hidden_too():
    token = base64.b64encode(b"clerk:open/sesame").decode()
    assert masked(f"{token}, or clerk:open/sesame, or open%2Fsesame", [token]) == "…, or …, or …"


def test_what_is_no_secret_stays():
    assert masked("no such user", ["no", ""]) == "no such user"
