"""What a stranger gets over plain HTTP, without keys, from the real server: headers, ranges, and nothing private."""

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest
import requests

from ogp_pipeline.cli import app
from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import publication
from ogp_pipeline.store.object_storage import Bucket
from ogp_pipeline.upkeep import reproduction
from ogp_pipeline.upkeep.catch_up import Format, catch_up
from ogp_pipeline.upkeep.public_access import EXPOSED, Prepared, prepare
from tests.consumers.conftest import PublicCountry
from tests.s3_server import S3Server

FOR_EVER = "public, max-age=31536000, immutable"
PAGE = {"Origin": "https://portal.example.org"}


def ask(country: PublicCountry, key: str, method: str = "GET", **headers: str) -> requests.Response:
    return requests.request(method, f"{country.address}/{key}", headers=headers, timeout=30)


def keys(country: PublicCountry) -> list[str]:
    return list(country.open().publication.list(""))


@pytest.fixture(scope="module")
def data_file(country: PublicCountry) -> str:
    return next(key for key in keys(country) if key.startswith("data/") and key.endswith("updates.csv"))


def test_strangers_can_verify_it(country: PublicCountry) -> None:
    found = verify(open_reader(country.address))
    assert found.problems == () and found.releases == 2


@pytest.mark.night  # a folder's releases are made again by day
def test_from_buckets_we_can_make_it_again(country: PublicCountry) -> None:
    results = reproduction.reproduce(country.open(), None, None, lambda done, total, what: None)
    assert [(one.version, one.differences) for one in results] == [("1.0.0", ()), ("1.0.1", ())]
    assert publication.complete(country.open(), thorough=True) == []


def test_every_object_says_what_it_is_and_how_long_it_holds(country: PublicCountry) -> None:
    found = keys(country)
    for folder in ("data/", "releases/", "v/1.0.0/", "v/1.0.1/", "latest/", "es/", "en/"):
        assert any(key.startswith(folder) for key in found), folder
    assert {"latest.json", "versions.json", "deltas.json", "index.html"} <= set(found)
    # One of each kind of name in each folder: a release has some 200 files of a dozen kinds.
    sample = {(key.partition("/")[0], key.rpartition("/")[2].split(".")[0][:3], key.rpartition(".")[2]): key
              for key in found}.values()  # fmt: skip
    assert len(sample) > 60
    with requests.Session() as session:
        for key in sample:
            head = session.head(f"{country.address}/{key}", timeout=30)
            assert head.status_code == 200, key
            said = head.headers["Content-Type"]
            assert said == layout.media_type(key) or key.endswith((".md", ".yaml")), key
            assert not said.startswith("text/") or said.endswith("; charset=utf-8"), key
            immutable = key.startswith(("data/", "releases/", "v/", "keys/"))
            assert head.headers["Cache-Control"] == (FOR_EVER if immutable else "public, max-age=60"), key
            assert head.headers["ETag"] and head.headers["Accept-Ranges"] == "bytes", key
            assert "Content-Encoding" not in head.headers, key


@pytest.mark.parametrize("key", ["latest.json", "versions.json", "deltas.json", "latest/datapackage.json"])
def test_what_leads_the_way_is_there(country: PublicCountry, key: str) -> None:
    answer = ask(country, key)
    head = ask(country, key, "HEAD")
    assert answer.status_code == head.status_code == 200 and head.content == b""
    assert int(head.headers["Content-Length"]) == len(answer.content) > 2
    assert answer.json()


def test_the_description_for_programs_is_true_of_every_address(country: PublicCountry) -> None:
    described = ask(country, "openapi.json").json()
    assert described["servers"] == [{"url": country.address}]
    values = {"n": 2, "version": "1.0.1", "dataset": "progress", "file": "updates.parquet", "language": "es"}
    components = {"components": described["components"]}
    absent = set()
    for path, item in described["paths"].items():
        answer = ask(country, path.removeprefix("/").format(**values, sha256="0" * 64))
        if answer.status_code in (403, 404):
            absent.add(path)
            continue
        said = answer.headers["Content-Type"].partition(";")[0]
        [(media_type, content)] = item["get"]["responses"]["200"]["content"].items()
        assert media_type in (said, "*/*"), path
        if "schema" in content:
            jsonschema.validate(answer.json(), content["schema"] | components, jsonschema.Draft202012Validator)
        assert answer.headers["Cache-Control"] in item["get"]["responses"]["200"]["description"], path
    # Of a publication without keys, and without anything that a law has removed.
    unsigned = {"/releases/{n}.sig.json", "/keys/{n}.json", "/pages.json", "/tombstones/{sha256}.json"}
    assert absent <= unsigned and len(described["paths"]) > 12


def test_pieces_are_given_as_they_were_asked_for(country: PublicCountry, data_file: str) -> None:
    whole = ask(country, data_file).content
    for asked, expected in (("0-9", whole[:10]), ("5-", whole[5:]), ("-7", whole[-7:])):
        answer = ask(country, data_file, Range=f"bytes={asked}")
        assert (answer.status_code, answer.content) == (206, expected)
        start = whole.index(expected) if asked != "-7" else len(whole) - 7
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"
        assert int(answer.headers["Content-Length"]) == len(expected)
    beyond = ask(country, data_file, Range=f"bytes={len(whole)}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")


@pytest.mark.parametrize("key", ["latest.json", "latest/progress/updates.csv", "v/1.0.0/progress/updates.csv"])
def test_what_is_known_already_is_not_sent_again(country: PublicCountry, key: str) -> None:
    first = ask(country, key)
    again = ask(country, key, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    other = ask(country, key, **{"If-None-Match": '"something else"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_a_release_that_is_older_stays_as_it_was(country: PublicCountry) -> None:
    old, new = (ask(country, f"{folder}/progress/updates.csv") for folder in ("v/1.0.0", "v/1.0.1"))
    assert "Ñandú" not in old.content.decode() and "Ñandú" in new.content.decode()
    assert ask(country, "latest/progress/updates.csv").content == new.content
    [delta] = ask(country, "deltas.json").json()
    assert (delta["from"], delta["to"], delta["path"]) == ("1.0.0", "1.0.1", "v/1.0.1/changes.json")
    [updates] = [one for one in ask(country, delta["path"]).json()["tables"] if one["table"] == "updates"]
    texts = [one["path"] for one in updates["files"] if one["format"] != "parquet"]
    assert texts and all("Ñandú" in ask(country, f"v/1.0.1/{path}").text for path in texts)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_a_portal_catches_up_over_http(country: PublicCountry, tmp_path: Path, ending: Format) -> None:
    copy = tmp_path / "copy"
    for resource in ({"path": "datapackage.json"}, *ask(country, "v/1.0.0/datapackage.json").json()["resources"]):
        path = copy / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ask(country, f"v/1.0.0/{resource['path']}").content)
    done = catch_up(open_reader(country.address), copy, tmp_path / "new", None, ending)
    assert (done.had, done.versions) == ("1.0.0", ("1.0.1",)) and 0 < done.lines < 20
    now = (tmp_path / "new/progress/updates.csv").read_bytes()
    assert now == ask(country, "latest/progress/updates.csv").content


def test_nothing_is_compressed_on_the_way(country: PublicCountry, data_file: str) -> None:
    answer = ask(country, data_file, **{"Accept-Encoding": "gzip, br, zstd"})
    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_pages_of_other_sites_may_read_it(country: PublicCountry, data_file: str) -> None:
    answer = ask(country, data_file, **PAGE, Range="bytes=0-3")
    assert answer.status_code == 206
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", PAGE["Origin"])
    exposed = {name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
    assert {name.lower() for name in EXPOSED} <= exposed
    asking = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range,if-none-match"}
    allowed = ask(country, data_file, "OPTIONS", **PAGE, **asking)
    assert allowed.status_code == 200
    assert {"range", "if-none-match"} <= set(re.split(r",\s*", allowed.headers["Access-Control-Allow-Headers"]))
    assert "GET" in allowed.headers["Access-Control-Allow-Methods"]


def test_pages_of_other_sites_may_do_nothing_else(country: PublicCountry, data_file: str) -> None:
    asked = ask(country, data_file, "OPTIONS", **PAGE, **{"Access-Control-Request-Method": "PUT"})
    assert "PUT" not in asked.headers.get("Access-Control-Allow-Methods", "")


def test_strangers_see_nothing_private_and_change_nothing(country: PublicCountry, data_file: str) -> None:
    prefix = country.bucket.prefix.rstrip("/")
    private = next(iter(country.open().intake.list("ledger/")))
    server = country.address.rpartition("/public/")[0]
    elsewhere = country.bucket.once
    elsewhere.put_object(Bucket="public", Key=f"{prefix}-2/x", Body=b"x")
    asked = {
        "the ledger": requests.get(f"{server}/private/{prefix}/{private}", timeout=30),
        "what stands beside it": requests.get(f"{server}/public/{prefix}-2/x", timeout=30),
        "a list": requests.get(f"{server}/public/?list-type=2&prefix={prefix}/", timeout=30),
        "a list of versions": requests.get(f"{server}/public/?versions&prefix={prefix}/", timeout=30),
        "the policy": requests.get(f"{server}/public/?policy", timeout=30),
        "the buckets": requests.get(f"{server}/", timeout=30),
        "writing": requests.put(f"{country.address}/latest.json", data=b"{}", timeout=30),
        "deleting": requests.delete(f"{country.address}/{data_file}", timeout=30),
        "copying": requests.put(
            f"{country.address}/copy", headers={"x-amz-copy-source": f"/public/{prefix}/latest.json"}, timeout=30
        ),
    }
    assert {what: answer.status_code for what, answer in asked.items()} == dict.fromkeys(asked, 403)
    assert ask(country, "releases/3.json").status_code in (403, 404)


# ogp store setup


def test_setting_up_twice_changes_nothing_and_keeps_what_others_wrote(s3_server: S3Server) -> None:
    client = s3_server.client()
    client.create_bucket(Bucket="set-up")
    one, other = (Bucket("set-up", prefix, client, client) for prefix in ("one/", "other/"))
    theirs = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::set-up/one/not/*"}
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "Theirs", **theirs}]}
    client.put_bucket_policy(Bucket="set-up", Policy=json.dumps(policy))
    rules = [{"AllowedOrigins": ["https://x.example.org"], "AllowedMethods": ["PUT"], "ID": "theirs"}]
    client.put_bucket_cors(Bucket="set-up", CORSConfiguration={"CORSRules": rules})
    assert prepare(one) == Prepared("made", "made")
    assert prepare(other) == Prepared("made", "stood")
    assert [prepare(one), prepare(other)] == [Prepared("stood", "stood")] * 2
    standing = json.loads(client.get_bucket_policy(Bucket="set-up")["Policy"])["Statement"]
    assert len(standing) == 3 and standing[0]["Sid"] == "Theirs"
    assert [rule["ID"] for rule in client.get_bucket_cors(Bucket="set-up")["CORSRules"]] == ["theirs", "OgpPublicRead"]
    for key, status in (("one/a", 200), ("other/a", 200), ("one/not/a", 403), ("third/a", 403)):
        client.put_object(Bucket="set-up", Key=key, Body=b"x")
        assert requests.get(f"{s3_server.endpoint}/set-up/{key}", timeout=30).status_code == status


def test_a_server_without_policies_is_told_apart_from_one_that_refuses(s3_server: S3Server) -> None:
    class Garage:
        """A client of a server which knows neither."""

        def __getattr__(self, name: str) -> object:
            raise object_error("NotImplemented", 501)

    class Closed(Garage):
        def __getattr__(self, name: str) -> object:
            raise object_error("AccessDenied", 403)

    client = s3_server.client()
    assert prepare(Bucket("b", "", Garage(), client)) == Prepared("unsupported", "unsupported")  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="may not"):
        prepare(Bucket("b", "", Closed(), type("Client", (), {"meta": client.meta})()))  # type: ignore[arg-type]


def object_error(code: str, status: int) -> Exception:
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "any")  # type: ignore[typeddict-item]


def test_printing_the_documents_asks_nobody(
    country: PublicCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    shutil.copytree(country.folder, tmp_path / "copy")
    with pytest.raises(SystemExit) as left:
        app.main(["store", "setup", str(tmp_path / "copy"), "--print"])
    assert not left.value.code
    printed = json.loads(capsys.readouterr().out)
    [statement] = printed["policy"]["Statement"]
    assert statement["Resource"] == [f"arn:aws:s3:::public/{country.bucket.prefix}*"]
    assert statement["Action"] == ["s3:GetObject"]
    assert printed["cors"]["CORSRules"][0]["AllowedMethods"] == ["GET", "HEAD"]
