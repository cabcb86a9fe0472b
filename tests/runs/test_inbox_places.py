"""An inbox where another folder, store or inbox is: a mistake in the programme file, with its line."""

import pytest

from ogp_pipeline.errors import ProgrammeError
from tests.inbox_country import InboxCountry


@pytest.mark.parametrize(
    ("new", "part", "said"),
    [
        ("path: inbox/nowhere", "path: inbox/nowhere", "there is no folder `inbox/nowhere`"),
        ("path: inbox/forum", "id: updates", "source `institutions` has that folder"),
        ("path: inbox", "id: updates", "source `institutions` has that folder"),
        ("path: inbox/agency/..", "id: updates", "source `institutions` has that folder"),
        ("path: .", "id: updates", "holds the programme file itself"),
        ("path: var", "id: updates", "crosses the private store"),
    ],
)
def test_an_inbox_that_crosses_another_folder_is_a_mistake_with_its_line(
    on_disk: InboxCountry, new: str, part: str, said: str
) -> None:
    (on_disk.folder / "var").mkdir(exist_ok=True)
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8").replace("path: inbox/agency", new)
    path.write_text(text, encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if part in line)
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    assert any(found == line and said in message for found, message in caught.value.mistakes)


@pytest.mark.parametrize(
    ("place", "store", "said"),
    [
        ("{bucket: b-1, prefix: agency}", "{bucket: b-1, prefix: var}", None),
        ("{bucket: b-1, prefix: var}", "{bucket: b-2, prefix: var}", None),
        ("{bucket: b-1, prefix: var-2}", "{bucket: b-1, prefix: var}", None),
        ("{bucket: b-1, endpoint: 'http://one'}", "{bucket: b-1, endpoint: 'http://two'}", None),
        ("{bucket: b-1, endpoint: 'http://one'}", "{bucket: b-1}", "crosses the private store `s3://b-1`"),
        ("{bucket: b-1, prefix: var/}", "{bucket: b-1, prefix: var}", "crosses the private store `s3://b-1/var`"),
        ("{bucket: b-1, prefix: a/b}", "{bucket: b-1, prefix: a}", "`s3://b-1/a/b` crosses the private store"),
        ("{bucket: b-1}", "{bucket: b-1, prefix: var}", "an inbox needs a prefix of its own"),
    ],
)
def test_an_inbox_that_crosses_a_store_in_its_bucket_is_a_mistake_with_its_line(
    on_disk: InboxCountry, place: str, store: str, said: str | None
) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8").replace("path: inbox/agency", f"s3: {place}")
    path.write_text(text.replace("intake: {directory: var/private}", f"intake: {{s3: {store}}}"), encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "id: updates" in line)
    if said is None:
        on_disk.open()
        return
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    assert any(found == line and said in message for found, message in caught.value.mistakes)


def test_an_inbox_is_in_one_place(on_disk: InboxCountry) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    for place in ("path: inbox/agency, s3: {bucket: b-1}", "together: false"):
        path.write_text(text.replace("path: inbox/agency", place), encoding="utf-8")
        with pytest.raises(ProgrammeError, match="write either `path` or `s3`"):
            on_disk.open()


@pytest.mark.parametrize("bucket", [False, True])
def test_two_inboxes_in_one_place_are_one_mistake(on_disk: InboxCountry, bucket: bool) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    if bucket:
        text = text.replace("path: inbox/agency", "s3: {bucket: b-1, prefix: agency}")
    [source] = [line for line in text.splitlines() if "id: updates" in line]
    path.write_text(text.replace(source, f"{source}\n{source.replace('id: updates', 'id: others')}"), encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    [(line, said)] = caught.value.mistakes
    assert "source `updates` has that inbox, too; say in both which `files`" in said
    assert line == text.splitlines().index(source) + 2
