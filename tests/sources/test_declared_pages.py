"""Pages that are followed as the programme file says: all of them, or nothing."""

import json
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError
from werkzeug import Response

from ogp_pipeline.errors import SourceError
from ogp_pipeline.programme.sources import CkanSource
from ogp_pipeline.sources import deliveries
from tests.every import for_every
from tests.sources.downloads import NOW, collect, records, source

ALL = [{"id": str(number)} for number in range(1, 8)]


def serve(httpserver, answer):
    """``answer``: from the parameters to a document (or the text of a CSV)."""

    def respond(request):
        document = answer({key: value[-1] for key, value in parse_qs(request.query_string.decode()).items()})
        return document if isinstance(document, Response) else Response(json.dumps(document))

    httpserver.expect_request("/f").respond_with_handler(respond)


def part(begin, size=3):
    return ALL[begin : begin + size]


def airtable(asked):
    begin = int(asked.get("offset", "itr0").removeprefix("itr"))
    return {"records": part(begin)} | ({"offset": f"itr{begin + 3}"} if begin + 3 < len(ALL) else {})


def by_page(asked):
    assert asked["per"] == "3"
    return {"items": part((int(asked["p"]) - 1) * 3), "about": {"all": 7}}


def by_offset(asked):
    return {"items": part(int(asked.get("skip", 0)))}


def by_next(asked):
    begin = int(asked.get("from", 0))
    return {"items": part(begin), "more": {"href": f"/f?from={begin + 3}" if begin + 3 < len(ALL) else None}}


WAYS = {
    "token": (airtable, "/records", {"by": "token", "at": "/offset"}),
    "page": (
        by_page,
        "/items",
        {"by": "page", "parameter": "p", "size": 3, "size_parameter": "per", "total": "/about/all"},
    ),
    "offset": (by_offset, "/items", {"by": "offset", "parameter": "skip", "size": 3}),
    "next": (by_next, "/items", {"by": "next", "at": "/more"}),
}


def fetch(tmp_path, httpserver, at, pages, **parts):
    return collect(tmp_path, httpserver.url_for("/f"), read={"kind": "json", "at": at}, pages=pages, retries=0, **parts)


@pytest.mark.parametrize("way", WAYS)
def test_pages_are_followed_as_it_is_declared(tmp_path, httpserver, way):
    answer, at, pages = WAYS[way]
    serve(httpserver, answer)
    ((delivery,), _) = fetch(tmp_path, httpserver, at, pages)
    assert records(delivery, at) == ALL
    assert all(file.refusal is None for file in delivery.files)
    assert [request.url for request, _ in httpserver.log] == list(dict.fromkeys(r.url for r, _ in httpserver.log))


def test_a_part_is_refused_even_where_nothing_would_be_withdrawn(tmp_path, httpserver):
    serve(httpserver, lambda asked: {"items": part(0) if asked["page"] == "1" else [], "about": {"all": 7}})
    ((delivery,), _) = fetch(tmp_path, httpserver, "/items", {"by": "page", "total": "/about/all"})
    (file,) = delivery.files
    assert (file.refusal.rule, file.refusal.details["found"]) == ("not-all-records", "3 of 7 records came")


def test_a_server_that_gives_the_first_page_again_and_again_is_refused(tmp_path, httpserver):
    serve(httpserver, lambda _: {"items": part(0), "next": "/f?x=1"})
    ((delivery,), _) = fetch(tmp_path, httpserver, "/items", {"by": "next", "at": "/next"})
    assert delivery.files[0].refusal.rule == "not-all-records"


def test_a_total_that_changes_meanwhile_fails_the_source(tmp_path, httpserver):
    serve(httpserver, lambda asked: {"items": part(int(asked.get("offset", 0))), "n": 7 + int(asked.get("offset", 0))})
    with pytest.raises(SourceError, match="changed from 7 to 10"):
        fetch(tmp_path, httpserver, "/items", {"by": "offset", "total": "/n"})


@pytest.mark.parametrize(
    ("document", "said"),
    [({"items": part(0)}, "does not say at /n"), ({"n": 7, "items": {}}, "no list of records"), ([], "no list")],
)
def test_an_answer_that_is_not_as_declared_fails_the_source(tmp_path, httpserver, document, said):
    serve(httpserver, lambda _: document)
    with pytest.raises(SourceError, match=said):
        fetch(tmp_path, httpserver, "/items", {"by": "offset", "total": "/n"})


def test_a_csv_is_followed_until_a_page_is_not_full(tmp_path, httpserver):
    def answer(asked):
        return Response("id\n" + "".join(f"{one['id']}\n" for one in part((int(asked["page"]) - 1) * 3)))

    serve(httpserver, answer)
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f"), pages={"by": "page", "size": 3})
    assert len(delivery.files) == 3


def test_an_address_that_is_none_is_told_as_everywhere(tmp_path):
    with pytest.raises(SourceError, match="cannot be fetched"):
        collect(tmp_path, "http://[::1", pages={"by": "page", "size": 3})


@for_every(
    ("pages", "said"),
    [
        ({"by": "next"}, "needs `at`"),
        ({"by": "token", "at": "offset"}, "needs `at`"),
        ({"by": "page"}, "which page is the last"),
        ({"by": "offset", "size_parameter": "limit", "total": "/n"}, "needs `size`"),
        ({"by": "offset", "total": "n"}, "JSON pointer"),
        ({"by": "next", "at": "/next", "parameter": "x"}, "complete"),
    ],
)
def test_a_way_that_cannot_work_is_told_before_anything_runs(pages, said):
    with pytest.raises(ValidationError, match=said):
        source("https://data.example.org/f", read={"kind": "json"}, pages=pages)
    with pytest.raises(ValidationError, match="JSON pointers"):
        source("https://data.example.org/f", pages={"by": "next", "at": "/next"})


class Datastore:
    """Answers as CKAN's ``datastore_search`` does (API guide of CKAN 2.11), with 32,000 records at most at once."""

    def __init__(self, rows, most=32_000):
        self.rows, self.most = rows, most

    def __call__(self, request):
        asked = {key: value[-1] for key, value in parse_qs(request.query_string.decode()).items()}
        if asked.get("resource_id") != "abc-1":
            error = {"message": "Not found: Resource not found", "__type": "Not Found Error"}
            return Response(json.dumps({"success": False, "error": error}), status=404)
        wanted = json.loads(asked.get("filters", "{}"))
        rows = [row for row in self.rows if all(row.get(name, value) == value for name, value in wanted.items())]
        assert asked["sort"] == "_id"
        begin, size = int(asked.get("offset", 0)), min(int(asked.get("limit", 100)), self.most)
        result = {
            "resource_id": "abc-1", "limit": size, "offset": begin, "total": len(rows), "total_was_estimated": False,
            "fields": [{"id": "_id", "type": "int"}, {"id": "plan", "type": "text"}],
            "records": rows[begin : begin + size],
            "_links": {"start": "/api/3/action/datastore_search", "next": "/elsewhere"},
        }  # fmt: skip
        return Response(json.dumps({"help": "…", "success": True, "result": result}))


def from_ckan(tmp_path, httpserver, store, resource="abc-1", **parts):
    httpserver.expect_request("/api/3/action/datastore_search").respond_with_handler(store)
    given = {"id": "portal", "supplier": "a1", "kind": "ckan", "url": httpserver.url_for("/"), "resource": resource}
    tables = {"updates": {"columns": {}}}
    made = CkanSource.model_validate({**given, "allow_private_hosts": True, "retries": 0, "tables": tables, **parts})
    return deliveries(made, tmp_path, tmp_path / "spool", NOW, None)


ROWS = [{"_id": number, "plan": "NAP5" if number % 2 else "NAP4"} for number in range(1, 12)]


@pytest.mark.parametrize("most", [32_000, 3])
def test_all_records_of_a_datastore_come_also_where_the_portal_gives_fewer_at_once(tmp_path, httpserver, most):
    ((delivery,), _) = from_ckan(tmp_path, httpserver, Datastore(ROWS, most), page_size=5)
    assert [one["_id"] for one in records(delivery, "/result/records")] == list(range(1, 12))
    assert all(file.refusal is None for file in delivery.files)


def test_a_datastore_is_filtered_by_the_portal(tmp_path, httpserver):
    ((delivery,), _) = from_ckan(tmp_path, httpserver, Datastore(ROWS), filters={"plan": "NAP5"}, page_size=4)
    assert len(records(delivery, "/result/records")) == 6


def test_a_table_that_the_portal_does_not_have_fails_the_source(tmp_path, httpserver):
    with pytest.raises(SourceError, match="404"):
        from_ckan(tmp_path, httpserver, Datastore(ROWS), "other")


def test_several_addresses_are_one_delivery_under_their_names(tmp_path, httpserver):
    for name in ("a", "b"):
        httpserver.expect_request(f"/{name}").respond_with_data(f"id\n{name}\n", content_type="text/csv")
    urls = {"actions.csv": httpserver.url_for("/a"), "departments.csv": httpserver.url_for("/b")}
    ((delivery,), memory) = collect(tmp_path, "", urls=urls)
    assert {file.name: file.path.read_text() for file in delivery.files} == {
        "actions.csv": "id\na\n",
        "departments.csv": "id\nb\n",
    }
    assert collect(tmp_path, "", memory, urls=urls) == ([], memory)


def test_one_address_of_several_that_is_gone_fails_all(tmp_path, httpserver):
    httpserver.expect_request("/a").respond_with_data("id\na\n")
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    with pytest.raises(SourceError, match="404"):
        collect(tmp_path, "", urls={"a.csv": httpserver.url_for("/a"), "b.csv": httpserver.url_for("/gone")})


def test_a_spreadsheet_on_the_web_is_fetched_by_its_export(tmp_path, httpserver, monkeypatch):
    monkeypatch.setattr("ogp_pipeline.programme.addresses.GOOGLE", "localhost")
    path = "/spreadsheets/d/1AbCdEfGhIjKlMnOp"
    httpserver.expect_request(f"{path}/export", query_string="format=csv&gid=7").respond_with_data("id\n1\n")
    ((delivery,), _) = collect(tmp_path, httpserver.url_for(f"{path}/edit") + "#gid=7")
    assert delivery.files[0].path.read_text() == "id\n1\n"
