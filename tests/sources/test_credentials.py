"""Tokens that an address wants: from the environment, to that address's server alone, and seen by nobody."""

import base64
import logging

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Response

from ogp_pipeline.errors import ProgrammeError, SourceError
from ogp_pipeline.programme.file import load
from ogp_pipeline.sources.credentials import credentials
from tests.sources.downloads import TABLE, collect, records, source
from tests.sources.test_declared_pages import ALL, WAYS, serve
from tests.tables.country import SCHEMAS

SECRET = "pat-9f8e7d6c5b4a"
HEADERS = {"Authorization": "Bearer ${OGP_SOURCE_TRACKER}"}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("OGP_SOURCE_TRACKER", SECRET)


@pytest.fixture
def elsewhere():
    """Another server: the same host, another port."""
    with HTTPServer(host="localhost") as server:
        yield server


def shown(server):
    """The token that each request showed."""
    return [request.headers.get("Authorization") for request, _ in server.log]


def guarded(answer):
    """What answers only who shows the token."""

    def respond(request):
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return Response("who are you?", status=401)
        return answer(request)

    return respond


@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_asked_for_with_the_token(tmp_path, httpserver, way):
    answer, at, pages = WAYS[way]
    serve(httpserver, answer)
    url = httpserver.url_for("/f")
    ((delivery,), _) = collect(tmp_path, url, read={"kind": "json", "at": at}, pages=pages, headers=HEADERS, retries=0)
    assert records(delivery, at) == ALL
    assert shown(httpserver) == [f"Bearer {SECRET}"] * 3


def test_who_asks_without_a_token_is_told_what_to_do(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_handler(guarded(lambda _: Response(TABLE)))
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert delivery.files[0].path.read_bytes() == TABLE
    with pytest.raises(SourceError, match="401 UNAUTHORIZED; if it wants a token, name it under `headers`"):
        collect(tmp_path, httpserver.url_for("/f"))


def test_a_token_that_is_no_longer_valid_is_said_without_showing_it(tmp_path, httpserver, monkeypatch):
    httpserver.expect_request("/f").respond_with_handler(guarded(lambda _: Response(TABLE)))
    monkeypatch.setenv("OGP_SOURCE_TRACKER", "an-old-one")
    with pytest.raises(SourceError, match="still valid") as raised:
        collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert "an-old-one" not in str(raised.value)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_server_is_followed_without_the_token(tmp_path, httpserver, elsewhere, status):
    there = elsewhere.url_for("/signed")
    httpserver.expect_request("/f").respond_with_response(Response(status=status, headers={"Location": there}))
    elsewhere.expect_request("/signed").respond_with_data(TABLE)
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert delivery.files[0].path.read_bytes() == TABLE
    assert shown(httpserver) == [f"Bearer {SECRET}"]
    assert shown(elsewhere) == [None]


def test_a_redirect_within_the_server_keeps_it(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_response(Response(status=302, headers={"Location": "/g"}))
    httpserver.expect_request("/g").respond_with_handler(guarded(lambda _: Response(TABLE)))
    collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert shown(httpserver) == [f"Bearer {SECRET}"] * 2


def test_a_next_page_on_another_port_is_another_server(tmp_path, httpserver, elsewhere):
    answer = {"items": [{"id": "1"}], "more": elsewhere.url_for("/f")}
    httpserver.expect_request("/f").respond_with_json(answer)
    elsewhere.expect_request("/f").respond_with_json({"items": [{"id": "2"}], "more": None})
    how = {"read": {"kind": "json", "at": "/items"}, "pages": {"by": "next", "at": "/more"}}
    collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS, **how)
    assert shown(elsewhere) == [None]


def test_a_file_of_passwords_does_not_speak_instead(tmp_path, httpserver, monkeypatch):
    """requests would send what ~/.netrc holds for the host, in place of the header."""
    (tmp_path / "netrc").write_text(f"machine {httpserver.host} login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    httpserver.expect_request("/f").respond_with_data(TABLE)
    collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert shown(httpserver) == [f"Bearer {SECRET}"]


@pytest.mark.parametrize("line", ["302 Found\r\nLocation: http://127.0.0.1:99999/?was={}", "403 I know {}"])
def test_a_server_that_repeats_the_token_shows_it_to_nobody(tmp_path, raw_server, caplog, line):
    caplog.set_level(logging.DEBUG)
    head = f"HTTP/1.1 {line.format(SECRET)}\r\nContent-Length: 0\r\n\r\n".encode()
    url = raw_server(lambda connection, count: connection.sendall(head))
    with pytest.raises(SourceError, match=r"was=…|I know …") as raised:
        collect(tmp_path, url, headers=HEADERS, retries=0)
    assert SECRET not in caplog.text
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("held", ["", "two words", "a\nb", "é"])
def test_a_variable_that_is_missing_or_cannot_be_sent_is_named(tmp_path, httpserver, monkeypatch, held):
    monkeypatch.setenv("OGP_SOURCE_TRACKER", held)
    with pytest.raises(SourceError, match="OGP_SOURCE_TRACKER of the environment") as raised:
        collect(tmp_path, httpserver.url_for("/f"), headers=HEADERS)
    assert not held or held not in str(raised.value)
    assert not httpserver.log


@pytest.mark.parametrize(
    "value", ["Bearer pat-123", "${AWS_SECRET_ACCESS_KEY}", "${OGP_SOURCE_A}${OGP_SOURCE_B}", "a b ${OGP_SOURCE_A}"]
)
def test_a_secret_in_the_programme_file_is_a_mistake_that_does_not_repeat_it(tmp_path, value):
    text = f"sources:\n- {{id: a, supplier: s, kind: http, url: 'https://a.example/', headers: {{X-Key: '{value}'}}}}\n"
    path = tmp_path / "programme.yaml"
    path.write_text(text)
    with pytest.raises(ProgrammeError, match="a header's secret does not stand in the programme file") as raised:
        load(path, SCHEMAS)
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"url": "http://a.example/f", "allow_private_hosts": False, "headers": HEADERS}, "https:// addresses only"),
        ({"url": "https://me:pass@a.example/f"}, "name or password before the host"),
        ({"url": "https://a.example/f", "headers": {"Host": "${OGP_SOURCE_A}"}}, "set with each request"),
        ({"url": "https://a.example/f", "headers": {"X Y": "${OGP_SOURCE_A}"}}, "should match pattern"),
    ],
)
def test_what_would_give_a_secret_away_is_refused(parts, told):
    with pytest.raises(ValidationError, match=told):
        source(**parts)


WORDS = ["open", "abril2024", "Transparencia", "US0118.2", "2024-02-29", "gobierno-abierto"]


@pytest.mark.parametrize("secret", WORDS)
def test_a_file_that_holds_a_secret_which_is_a_word_is_taken(tmp_path, secret):
    """By itself it tells nobody that it is one; behind the header's name, or with its scheme, it does."""
    shown = credentials(source("https://a.example/", headers={"X-Api-Key": "Token ${OGP_SOURCE_TRACKER}"}),
                        {"OGP_SOURCE_TRACKER": secret})  # fmt: skip
    file = tmp_path / "f.csv"
    for honest in (
        f"id,name\n1,{secret}\n",
        f"the api key of {secret} data",
        f"Token {secret}s",
        f"x-api-keys: {secret}",
    ):
        file.write_text(honest)
        assert not shown.repeated_in(file), honest
    for told in (
        f"you sent Token {secret}.",
        f"you sent Token+{secret}",
        f'{{"x-api-key": "{secret}"}}',
        f"HTTP_X_API_KEY={secret}",
        f"X-Api-Key&#34;: &quot;{secret}&quot;",
    ):
        file.write_text(told)
        assert shown.repeated_in(file), told


@pytest.mark.parametrize("secret", [SECRET, "9f8e7d6c", "Zq7Rt2Lm", "b0f3c0de-1c5a-4d4c-9a61-0c2b8e1fd6aa", "k" * 20])
def test_a_file_that_holds_any_other_secret_is_refused_wherever_it_stands(tmp_path, secret):
    shown = credentials(source("https://a.example/", headers=HEADERS), {"OGP_SOURCE_TRACKER": secret})
    for form in (secret, f"x{secret}x", base64.b64encode(secret.encode()).decode()):
        (tmp_path / "f.csv").write_text(f"id,name\n1,{form}\n")
        assert shown.repeated_in(tmp_path / "f.csv"), form
    (tmp_path / "f.csv").write_bytes(TABLE)
    assert not shown.repeated_in(tmp_path / "f.csv")
