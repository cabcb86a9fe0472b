"""What suppliers may do in a bucket, with real keys and real links on a real server."""

import hashlib
import json
import shlex
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from ogp_pipeline.cli import app
from ogp_pipeline.errors import OgpError
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Bucket
from ogp_pipeline.upkeep import inbox_access
from ogp_pipeline.upkeep.inbox_access import Offered, Terms, UploadLink
from tests.every import for_every
from tests.inbox_country import GOOD, KEYS, BucketCountry, collect, copy, move_to_bucket, receipts
from tests.s3_server import S3Server
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import build

DATA = b"milestone_id\n1\n"
NOW = datetime(2024, 7, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory, s3_server: S3Server) -> BucketCountry:
    """Both parties have an inbox in one bucket: the agency's and the forum's."""
    folder = tmp_path_factory.mktemp("country")
    inbox = {"kind: folder, path: inbox/agency, files: updates.csv": "kind: inbox, path: inbox/agency"}
    build(folder / "made", **inbox)
    moved = move_to_bucket(copy(folder / "made", folder / "moved"), s3_server)
    path = moved.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    forum = f"s3: {{bucket: inbox, prefix: {moved.bucket.prefix}}}".replace("/agency/", "/forum/")
    old = "kind: folder, path: inbox/forum, files: milestones.csv"
    assert old in text
    path.write_text(text.replace(old, f"kind: inbox, {forum}"), encoding="utf-8")
    return moved


# Keys of one's own


@dataclass(frozen=True)
class Supplier:
    """A user of the server with real keys and the policy that ``ogp inbox policy`` wrote for it."""

    client: Any
    prefix: str


@pytest.fixture(scope="module")
def suppliers(
    country: BucketCountry, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Supplier]:
    folder = tmp_path_factory.mktemp("policies")
    with pytest.raises(SystemExit) as left:
        app.main(["inbox", "policy", "--all", "--to", str(folder), "-p", str(country.folder)])
    assert not left.value.code
    assert sorted(path.name for path in folder.iterdir()) == ["agency.json", "forum.json"]
    iam = s3_server.client(service="iam")
    made = {}
    for name in ("agency", "forum"):
        user = f"{name}-{uuid.uuid4().hex}"
        iam.create_user(UserName=user)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        policy = iam.create_policy(PolicyName=user, PolicyDocument=(folder / f"{name}.json").read_text())["Policy"]
        iam.attach_user_policy(UserName=user, PolicyArn=policy["Arn"])
        prefix = country.bucket.prefix.replace("/agency/", f"/{name}/")
        made[name] = Supplier(s3_server.client(key["AccessKeyId"], key["SecretAccessKey"]), prefix)
    for supplier in made.values():
        for below in ("own.csv", "receipts/2024-07-10/own.html", "done/2024-07-10/own.csv"):
            country.bucket.once.put_object(Bucket="inbox", Key=supplier.prefix + below, Body=b"stands")
    return made


def answer(call: Callable[[], Any]) -> int:
    """The HTTP status of what the server says."""
    try:
        return int(call()["ResponseMetadata"]["HTTPStatusCode"])
    except ClientError as error:
        return object_storage.status(error)


OTHER = {"agency": "forum", "forum": "agency"}


@pytest.mark.parametrize("name", OTHER)
def test_a_supplier_may_send_files_and_read_its_own_receipts(suppliers: dict[str, Supplier], name: str) -> None:
    me = suppliers[name]
    for below in ("a.csv", "check/a.csv", "año 🏛️.csv"):
        assert answer(lambda key=me.prefix + below: me.client.put_object(Bucket="inbox", Key=key, Body=b"1")) == 200
    begun = me.client.create_multipart_upload(Bucket="inbox", Key=f"{me.prefix}large.xlsx")
    given = {"Bucket": "inbox", "Key": f"{me.prefix}large.xlsx", "UploadId": begun["UploadId"]}
    tag = me.client.upload_part(**given, PartNumber=1, Body=b"1")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    assert answer(lambda: me.client.complete_multipart_upload(**given, MultipartUpload=parts)) == 200
    receipt = f"{me.prefix}receipts/2024-07-10/own.html"
    assert me.client.get_object(Bucket="inbox", Key=receipt)["Body"].read() == b"stands"
    for below in ("receipts/", "receipts/2024-07-10/"):
        listed = me.client.list_objects_v2(Bucket="inbox", Prefix=me.prefix + below)
        assert [one["Key"] for one in listed["Contents"]] == [receipt]


@pytest.mark.parametrize("name", OTHER)
def test_a_supplier_may_nothing_else(suppliers: dict[str, Supplier], country: BucketCountry, name: str) -> None:
    me, other = suppliers[name], suppliers[OTHER[name]]
    client, bucket = me.client, {"Bucket": "inbox"}
    receipt, theirs = f"{me.prefix}receipts/2024-07-10/own.html", f"{other.prefix}receipts/2024-07-10/own.html"
    wrong: dict[str, Callable[[], Any]] = {
        "put into another's": lambda: client.put_object(**bucket, Key=f"{other.prefix}a.csv", Body=b"1"),
        "put beside it": lambda: client.put_object(**bucket, Key=f"{me.prefix[:-1]}-2/a.csv", Body=b"1"),
        "put a receipt": lambda: client.put_object(**bucket, Key=f"{me.prefix}receipts/2024-07-10/x.html", Body=b"1"),
        "change a receipt": lambda: client.put_object(**bucket, Key=receipt, Body=b"1"),
        "put into done": lambda: client.put_object(**bucket, Key=f"{me.prefix}done/2024-07-10/x.csv", Body=b"1"),
        "a large receipt": lambda: client.create_multipart_upload(**bucket, Key=f"{me.prefix}receipts/x"),
        "get another's receipt": lambda: client.get_object(**bucket, Key=theirs),
        "get a file": lambda: client.get_object(**bucket, Key=f"{me.prefix}own.csv"),
        "get another's file": lambda: client.get_object(**bucket, Key=f"{other.prefix}own.csv"),
        "get from done": lambda: client.get_object(**bucket, Key=f"{me.prefix}done/2024-07-10/own.csv"),
        "list another's receipts": lambda: client.list_objects_v2(**bucket, Prefix=f"{other.prefix}receipts/"),
        "list files": lambda: client.list_objects_v2(**bucket, Prefix=me.prefix),
        "list all": lambda: client.list_objects_v2(**bucket),
        "list versions": lambda: client.list_object_versions(**bucket, Prefix=f"{other.prefix}receipts/"),
        "delete a file": lambda: client.delete_object(**bucket, Key=f"{me.prefix}own.csv"),
        "delete a receipt": lambda: client.delete_object(**bucket, Key=receipt),
        "delete another's file": lambda: client.delete_object(**bucket, Key=f"{other.prefix}own.csv"),
        "copy another's": lambda: client.copy_object(**bucket, Key=f"{me.prefix}x", CopySource=f"inbox/{theirs}"),
        "read the policy": lambda: client.get_bucket_policy(**bucket),
        "delete the bucket": lambda: client.delete_bucket(**bucket),
        "another bucket": lambda: client.list_objects_v2(Bucket="private"),
    }
    assert {what: answer(call) for what, call in wrong.items()} == dict.fromkeys(wrong, 403)
    stands = country.bucket.once.get_object(Bucket="inbox", Key=receipt)["Body"].read()
    assert stands == b"stands"


def test_the_policy_of_one_supplier_is_printed(country: BucketCountry, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["agency"], ["agency", "--json"]):
        with pytest.raises(SystemExit):
            app.main(["inbox", "policy", *arguments, "-p", str(country.folder)])
        policy = json.loads(capsys.readouterr().out)
        assert policy["Version"] == "2012-10-17"
        effects = {one["Sid"]: one["Effect"] for one in policy["Statement"]}
        assert effects == {
            "SendFiles": "Allow",
            "LeaveReceiptsAlone": "Deny",
            "ReadOwnReceipts": "Allow",
            "ListOwnReceipts1": "Allow",
        }


def test_a_supplier_without_an_inbox_in_a_bucket_is_told(tmp_path: Path) -> None:
    programme = build(tmp_path).open().programme
    with pytest.raises(OgpError, match="no inbox in a bucket"):
        inbox_access.inboxes(programme, "agency")
    with pytest.raises(OgpError, match="There are: forum, agency"):
        inbox_access.inboxes(programme, "nobody")


# A link for one file


@pytest.fixture
def bucket(s3_server: S3Server) -> Bucket:
    place = S3Place(bucket="inbox", prefix=uuid.uuid4().hex, endpoint=s3_server.endpoint)
    return object_storage.connect(place, KEYS, shared=True)


def offered(name: str = "Año 1 & b?.csv", data: bytes = DATA) -> Offered:
    return Offered(name, len(data), hashlib.sha256(data).hexdigest())


def make(bucket: Bucket, lasts: timedelta = timedelta(hours=1), **more: bool) -> UploadLink:
    return inbox_access.link(bucket, offered(), Terms(1000, lasts, **more), NOW)


def put(link: UploadLink, data: bytes = DATA, *, without: str = "", url: str | None = None) -> int:
    headers = {name: value for name, value in link.headers.items() if name not in ("Content-Length", without)}
    return requests.put(url or link.url, data=data, headers=headers, timeout=30).status_code


@pytest.mark.parametrize("only_check", [False, True])
def test_a_link_takes_its_file_once(bucket: Bucket, only_check: bool) -> None:
    link = make(bucket, only_check=only_check)
    assert link.key == f"{bucket.prefix}{'check/' if only_check else ''}Año 1 & b?.csv"
    assert [put(link), put(link)] == [200, 412]
    assert bucket.once.get_object(Bucket="inbox", Key=link.key)["Body"].read() == DATA


def test_a_link_takes_nothing_else(bucket: Bucket) -> None:
    link = make(bucket)
    wrong = {
        "other bytes": put(link, DATA[::-1]),
        "longer": put(link, DATA + b"2\n"),
        "shorter": put(link, DATA[:-1]),
        "over what is there": put(link, without="If-None-Match"),
        "without its hash": put(link, without="x-amz-checksum-sha256"),
        "under another name": put(link, url=link.url.replace("b%3F.csv", "c%3F.csv")),
        "later than it says": put(link, url=link.url.replace("Expires=3600", "Expires=7200")),
    }
    assert wrong == {**dict.fromkeys(wrong, 403), "other bytes": 400}
    for method in ("GET", "DELETE", "HEAD"):
        assert requests.request(method, link.url, headers={"If-None-Match": "*"}, timeout=30).status_code == 403
    listed = bucket.once.list_objects_v2(Bucket="inbox", Prefix=bucket.prefix)
    assert listed["KeyCount"] == 0


def test_a_link_ends(bucket: Bucket) -> None:
    link = make(bucket, timedelta(seconds=1))
    time.sleep(2.1)
    assert put(link) == 403


def send(command: str) -> tuple[int, str]:
    """What curl answers; on a machine without it, what the same request would have."""
    if shutil.which("curl"):
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout
    _, _, _, file, *flags, url = shlex.split(command)
    headers = dict(line.split(": ", 1) for line in flags[1::2])
    answer = requests.put(url, data=Path(file).read_bytes(), headers=headers, timeout=60)
    return 0 if answer.ok else 22, answer.text


def test_the_command_for_curl_sends_the_file_and_its_receipt_comes_back(
    country: BucketCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS.access_key_id or "")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS.secret_access_key or "")
    file = tmp_path / "it's año 1.csv"
    file.write_text(GOOD)
    arguments = ["inbox", "link", "agency", str(file), "--expires", "30m", "--check", "-p", str(country.folder)]
    with pytest.raises(SystemExit):
        app.main(arguments)
    said = capsys.readouterr().out
    assert "sirve una sola vez" in said and "acuse" in said
    [command] = [line for line in said.splitlines() if line.startswith("curl ")]
    with pytest.raises(SystemExit):
        app.main([*arguments, "--json", "--lang", "en"])
    document = json.loads(capsys.readouterr().out)
    assert document["method"] == "PUT" and document["headers"]["If-None-Match"] == "*"
    assert document["curl"].startswith("curl ") and document["bytes"] == len(GOOD)
    assert send(command) == (0, "")
    code, told = send(command)
    assert code == 22 and "PreconditionFailed" in told
    collect(country, datetime.now(UTC) + timedelta(minutes=5))
    [receipt] = [one for one in receipts(country) if one["files"][0]["name"] == file.name]
    assert receipt["only_checked"] is True


@for_every("text", ["8d", "169h", "0m", "1w", "-1d", "7 d", "", "1.5h"])
def test_a_link_lasts_at_most_a_week(text: str) -> None:
    assert inbox_access.duration("7d") == timedelta(days=7)
    with pytest.raises(OgpError, match="at most 7d"):
        inbox_access.duration(text)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (offered("a/b.csv"), "without /"),
        (offered("a\\b.csv"), "without /"),
        (offered("a\nb.csv"), "in one line"),
        (offered("ñ" * 130), "must be short"),
        (offered(""), "not the name"),
        (offered(".hidden"), "left alone"),
        (offered("a.csv.part"), "left alone"),
        (offered(data=b"x" * 1001), "at most 1000"),
        (Offered("a.csv", 1, "abc"), "not a sha256"),
    ],
)
def test_no_link_is_made_for_a_file_that_would_not_be_taken(bucket: Bucket, file: Offered, said: str) -> None:
    with pytest.raises(OgpError, match=said):
        inbox_access.link(bucket, file, Terms(1000, timedelta(days=1)), NOW)
