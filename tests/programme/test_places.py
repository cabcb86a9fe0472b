"""Stores and inboxes of a programme file: where they may be, and mistakes with their lines."""

import json
from pathlib import Path

import pytest
import yaml

from ogp_pipeline.programme.places import DirectoryPlace, S3Place
from ogp_pipeline.programme.sources import InboxSource
from tests.programme.example import GOOD, line_of, load, mistakes


@pytest.mark.parametrize(
    ("private", "public"),
    [
        ("{directory: var/public/private}", "{directory: var/public}"),
        ("{directory: var}", "{directory: var/public}"),
        ("{directory: var/./public}", "{directory: var/public}"),
        ("{s3: {bucket: ogp, prefix: xx/private}}", "{s3: {bucket: ogp, prefix: xx}}"),
        ("{s3: {bucket: ogp}}", "{s3: {bucket: ogp, prefix: xx}}"),
    ],
)
def test_a_private_store_in_or_around_the_public_one_is_a_mistake(tmp_path: Path, private: str, public: str) -> None:
    text = GOOD.replace("{directory: var/private}", private).replace("{directory: var/public}", public)
    found = mistakes(tmp_path, text)
    assert [line for line, _ in found] == [line_of(text, "  intake:")] and "would be published" in found[0][1]


@pytest.mark.parametrize(
    ("private", "public"),
    [
        ("{s3: {bucket: ogp, prefix: xx/private}}", "{s3: {bucket: ogp, prefix: xx/public}}"),
        ("{s3: {bucket: ogp-private}}", "{s3: {bucket: ogp-public}}"),
        ("{directory: var/private}", "{s3: {bucket: ogp-public}}"),
    ],
)
def test_stores_with_places_of_their_own_are_fine(tmp_path: Path, private: str, public: str) -> None:
    load(tmp_path, GOOD.replace("{directory: var/private}", private).replace("{directory: var/public}", public))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{directory: var/private, s3: {bucket: ogp}}", "either"),
        ("{}", "either"),
        ("{s3: {bucket: Ogp_1}}", "`publication.intake.s3.bucket`"),
        ("{folder: var/private}", "`publication.intake.folder` is not a known setting"),
        ("{directory: 5}", "`publication.intake.directory`: must be the path of a file or folder"),
        ("var/private", "`publication.intake`: must be a mapping of settings"),
        ("{s3: {bucket: ogp, endpoint: 's3.example.org'}}", "http"),
        ("{s3: {bucket: ogp, secret_access_key: x}}", "secret_access_key"),
    ],
)
def test_a_store_that_cannot_be_is_a_mistake(tmp_path: Path, place: str, said: str) -> None:
    found = mistakes(tmp_path, GOOD.replace("{directory: var/private}", place))
    assert len(found) == 1 and said in found[0][1]


INBOX = GOOD.replace("kind: folder", "kind: inbox")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{path: inbox, s3: {bucket: ogp}}", "`sources.0`: write either `path` or `s3`"),
        ("{}", "`sources.0`: write either `path` or `s3`"),
        ("{s3: {bucket: Ogp_1}}", "`sources.0.s3.bucket`: is not written as it should be"),
        ("{s3: {prefix: agency}}", "`sources.0.s3.bucket` is missing"),
        ("{path: 5}", "`sources.0.path`: must be the path"),
        ("{path: inbox, place: inbox}", "`sources.0.place` is not a known setting"),
        ("{path: inbox, inbox: yes}", "`sources.0.inbox` is not a known setting"),
    ],
)
def test_an_inbox_is_in_one_place_and_mistakes_name_the_setting_as_it_stands(
    tmp_path: Path, place: str, said: str
) -> None:
    settings = "".join(f"    {part}\n" for part in _settings(place))
    [(_, message)] = mistakes(tmp_path, INBOX.replace("    path: inbox\n", settings))
    assert message.startswith(said)


def _settings(place: str) -> list[str]:
    """The settings of a mapping, each in a line of its own."""
    return [f"{name}: {json.dumps(value)}" for name, value in yaml.safe_load(place).items()]


def test_an_inbox_with_several_mistakes_tells_all_of_them(tmp_path: Path) -> None:
    text = INBOX.replace("path: inbox", "s3: {bucket: Ogp_1}\n    settle_seconds: -1\n    tyme: 1")
    assert {message.split("`")[1] for _, message in mistakes(tmp_path, text)} == {
        "sources.0.s3.bucket",
        "sources.0.settle_seconds",
        "sources.0.tyme",
    }


def test_where_inboxes_and_stores_are(tmp_path: Path) -> None:
    bucket = S3Place(bucket="ogp", prefix="agency")
    text = INBOX.replace("path: inbox", "s3: {bucket: ogp, prefix: agency}").replace(
        "store: {directory: var/public}", "store: {s3: {bucket: ogp, prefix: public}}"
    )
    in_buckets, in_folders = load(tmp_path, text), load(tmp_path, INBOX)
    assert [source.place for source in in_buckets.sources if isinstance(source, InboxSource)] == [bucket]
    assert [source.place for source in in_folders.sources if isinstance(source, InboxSource)] == [
        DirectoryPlace(directory=Path("inbox"))
    ]
    assert in_buckets.publication.store == S3Place(bucket="ogp", prefix="public")
    assert in_folders.publication.store == DirectoryPlace(directory=Path("var/public"))
