"""An address that gives its records page by page: all of them, or the word that some are missing."""

import json
from urllib.parse import parse_qs

import pytest
from werkzeug import Response

from ogp_pipeline.errors import SourceError
from tests.sources.downloads import collect, records

ALL = [{"id": str(number)} for number in range(1, 8)]


def ckan(records, offset, limit, total):
    links = {"start": "/f", "next": f"/f?offset={offset + limit}"}
    return {"success": True, "result": {"records": records, "limit": limit, "total": total, "_links": links}}


# How a portal says where more are: (the address, the pointer, the answer's document and headers).
PORTALS = {
    "ckan": ("/f?limit=3", "/result/records", lambda r, o, n: (ckan(r, o, n, len(ALL)), {})),
    "ckan that estimates": (
        "/f?limit=3", "/result/records",
        lambda r, o, n: ({"result": {"records": r, "total": 5, "total_was_estimated": True,
                                     "_links": {"next": f"/f?offset={o + n}"}}}, {}),
    ),
    "total alone": ("/f?limit=3", "/items", lambda r, o, n: ({"items": r, "meta": {"totalCount": len(ALL)}}, {})),
    "odata": (
        "/f?$top=3", "/value",
        lambda r, o, n: ({"value": r} | ({"@odata.nextLink": f"/f?$skip={o + n}"} if o + n < len(ALL) else {}), {}),
    ),
    "link header": (
        "/f?x=1", "",
        lambda r, o, n: (r, {"Link": f'</f?offset={o + n}>; rel="next", </f>; rel=self'} if o + n < len(ALL) else {}),
    ),
    "count header": ("/f?limit=3", "", lambda r, o, n: (r, {"X-Total-Count": str(len(ALL))})),
    "socrata": ("/f?$limit=3", "", lambda r, o, n: (r, {})),
    "arcgis": (
        "/f?where=1=1&resultRecordCount=3", "/features",
        lambda r, o, n: ({"features": r} | ({"exceededTransferLimit": True} if o + n < len(ALL) else {}), {}),
    ),
    "next field": (
        "/f?limit=3", "/results",
        lambda r, o, n: ({"count": 7, "next": f"/f?offset={o + n}" if o + n < len(ALL) else None, "results": r}, {}),
    ),
    "links": (
        "/f", "/data",
        lambda r, o, n: ({"data": r, "links": {"next": {"href": f"?offset={o + n}"} if o + n < 7 else None}}, {}),
    ),
    "list of links": (
        "/f", "/data",
        lambda r, o, n: (
            {"data": r, "links": [{"rel": "next", "href": f"/f?offset={o + n}"}] if o + n < len(ALL) else []}, {}
        ),
    ),
    "page numbers": ("/f?per_page=3", "/data", lambda r, o, n: ({"data": r, "total": len(ALL)}, {})),
}  # fmt: skip


def serve(httpserver, answer, limit=3):
    def respond(request):
        query = {key.lower(): value[-1] for key, value in parse_qs(request.query_string.decode()).items()}
        begin = next((int(query[key]) for key in ("offset", "$offset", "$skip", "resultoffset") if key in query), 0)
        begin = begin or (int(query.get("page", 1)) - 1) * limit
        document, headers = answer(ALL[begin : begin + limit], begin, limit)
        return Response(json.dumps(document), headers=headers, content_type="application/json")

    httpserver.expect_request("/f").respond_with_handler(respond)


def fetch(tmp_path, httpserver, url="/f?limit=3", at="/result/records", memory=None, **parts):
    here = httpserver.url_for("/").rstrip("/") + url
    return collect(tmp_path, here, memory, read={"kind": "json", "at": at}, whole=True, retries=0, **parts)


@pytest.mark.parametrize("portal", PORTALS)
def test_pages_are_followed_to_the_last(tmp_path, httpserver, portal):
    url, at, answer = PORTALS[portal]
    serve(httpserver, answer)
    ((delivery,), memory) = fetch(tmp_path, httpserver, url, at)
    assert records(delivery, at) == ALL and all(file.refusal is None for file in delivery.files)
    assert (memory.etag, memory.last_modified) == (None, None)
    assert fetch(tmp_path, httpserver, url, at, memory) == ([], memory)


def test_records_that_an_expression_finds_are_counted_too(tmp_path, httpserver):
    serve(httpserver, lambda r, o, n: ({"data": {one["id"]: {"n": 1} for one in r}, "total": len(ALL)}, {}))
    here = httpserver.url_for("/f?limit=3")
    ((delivery,), _) = collect(tmp_path, here, read={"kind": "json", "rows": "data"}, whole=True, retries=0)
    assert len(delivery.files) == 3
    assert all(file.refusal is None for file in delivery.files)


def unread(delivery):
    (file,) = delivery.files
    assert file.refusal.rule == "not-all-records"
    return file.refusal.details["found"]


def test_the_first_page_of_a_file_that_stays_the_same_is_refused_where_it_would_withdraw(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_json(ckan(ALL[:3], 0, 3, 7))
    ((delivery,), _) = fetch(tmp_path, httpserver)
    assert unread(delivery) == "3 of 7 records came"


def test_where_it_withdraws_nothing_it_is_taken_with_a_note(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_json(ckan(ALL[:3], 0, 3, 7))
    here = httpserver.url_for("/f?limit=3")
    ((delivery,), _) = collect(tmp_path, here, read={"kind": "json", "at": "/result/records"})
    (file,) = delivery.files
    assert file.refusal is None
    assert file.remark.details["found_es"] == "Llegaron 3 de 7 registros"


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"data": ALL[:3], "truncated": True}, "says that there are more"),
        ({"data": ALL[:3], "nextPageToken": "abc"}, "says that there are more"),
        ({"data": ALL[:3], "paging": {"has_more": True}}, "says that there are more"),
        ({"data": ALL[:3], "next": "http://elsewhere.example/f?page=2"}, "says that there are more"),
        ({"data": ALL[:3]}, "exactly as many as were asked for"),
        ({"data": ALL[:3], "hits": {"total": {"value": 9}}}, "3 of 9 records came"),
    ],
    ids=range(6),
)
def test_more_that_cannot_be_followed_is_said(tmp_path, httpserver, document, found):
    httpserver.expect_request("/f").respond_with_json(document)
    ((delivery,), _) = fetch(tmp_path, httpserver, at="/data")
    assert found in unread(delivery)
    assert all("elsewhere" not in request.url for request, _ in httpserver.log)


@pytest.mark.parametrize(
    "document",
    [
        {"data": ALL}, {"data": ALL, "total": 7}, {"data": ALL, "count": 2}, {"data": ALL, "has_more": False},
        {"data": ALL, "next": None, "truncated": False, "total": "7"}, {"data": ALL, "pages": {"next": ""}},
    ],
    ids=range(6),
)  # fmt: skip
def test_what_is_whole_is_asked_for_once(tmp_path, httpserver, document):
    httpserver.expect_request("/f").respond_with_json(document)
    ((delivery,), _) = fetch(tmp_path, httpserver, url="/f?limit=100", at="/data")
    assert [file.refusal for file in delivery.files] == [None] and len(httpserver.log) == 1


def test_an_answer_that_the_programme_calls_whole_is_taken_as_it_is(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_json({"data": ALL[:3], "total": 1_500_000})
    ((delivery,), _) = fetch(tmp_path, httpserver, at="/data", pages="one")
    assert [file.refusal for file in delivery.files] == [None] and len(httpserver.log) == 1


def test_pages_of_two_states_of_the_data_are_not_taken(tmp_path, httpserver):
    serve(httpserver, lambda r, o, n: (ckan(r, o, n, 7 + o), {}))
    with pytest.raises(SourceError, match="changed from 7 to 10 while"):
        fetch(tmp_path, httpserver)


def test_pages_share_one_limit_of_bytes(tmp_path, httpserver):
    serve(httpserver, lambda r, o, n: ({**ckan(r, o, n, 7), "padding": "x" * 600_000}, {}))
    with pytest.raises(SourceError, match="larger than 1 MB"):
        fetch(tmp_path, httpserver, max_mb=1)


def test_a_next_page_that_is_not_there_is_missing(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_json(ckan(ALL[:3], 0, 3, 7) | {"next": "/gone"})
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    ((delivery,), _) = fetch(tmp_path, httpserver)
    assert unread(delivery) == "3 of 7 records came"


def test_a_next_page_that_a_busy_server_keeps_back_fails_the_source(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_json({"data": ALL[:3], "next": "/busy"})
    httpserver.expect_request("/busy").respond_with_data("", status=503)
    with pytest.raises(SourceError, match="503"):
        fetch(tmp_path, httpserver, at="/data")


def test_a_csv_that_says_how_many_there_are_is_held_to_it(tmp_path, httpserver):
    httpserver.expect_request("/f").respond_with_data("id\n1\n2\n", headers={"X-Total-Count": "5"})
    ((delivery,), _) = collect(tmp_path, httpserver.url_for("/f"), whole=True)
    assert unread(delivery) == "2 of 5 records came"
