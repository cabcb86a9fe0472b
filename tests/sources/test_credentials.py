"""Tokens that an address wants: from the environment, to that address's server alone, and seen by nobody."""

import logging

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Response

from ogp_pipeline.errors import ProgrammeError, SourceError
from ogp_pipeline.programme.file import load
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
