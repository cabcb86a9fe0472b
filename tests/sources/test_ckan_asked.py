"""What a portal's datastore is asked, CKAN's own code understands: every parameter, and it throws nothing away."""

from tests.metadata.test_consumers import ask
from tests.sources.test_declared_pages import ROWS, Datastore, from_ckan


def test_ckan_understands_all_that_its_datastore_is_asked(tmp_path, httpserver):
    from_ckan(tmp_path, httpserver, Datastore(ROWS), filters={"plan": "NAP5", "año": "2024"}, page_size=4)
    queries = [request.query_string.decode() for request, _ in httpserver.log]
    *taken, strange = ask("ckan_takes.py", *queries, "resource_id=a&page=3&limit=-1")
    assert len(taken) > 1 and not any(one["mistakes"] or "__extras" in one["values"] for one in taken)
    for number, one in enumerate(taken):
        values = one["values"]
        assert values["filters"] == {"plan": "NAP5", "año": "2024"} and values["include_total"] is True
        assert (values["resource_id"], values["sort"], values["limit"]) == ("abc-1", "_id", 4)
        assert values.get("offset", 0) == 4 * number
    assert strange["mistakes"] and "__extras" in strange["values"]  # it does object, and tells what it does not know
