"""What registers itself: found by its module, in the order of names, and never twice."""

import sys
from pathlib import Path

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.registration import Register, modules, values


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with three modules, of which two hold a ``THING``."""
    folder = tmp_path / "a_room"
    folder.mkdir()
    for name, text in (("__init__", ""), ("second", "THING = 2"), ("first", "THING = 1"), ("other", "ELSE = 3")):
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    yield str(folder)
    for name in [name for name in sys.modules if name.partition(".")[0] == "a_room"]:
        del sys.modules[name]


def test_every_module_of_a_room_is_imported_in_the_order_of_names(room: str) -> None:
    assert [module.__name__ for module in modules("a_room", [room])] == [
        "a_room.first",
        "a_room.other",
        "a_room.second",
    ]


def test_a_module_without_the_value_is_passed_over(room: str) -> None:
    assert values("a_room", [room], "THING", int) == (1, 2)


def test_a_value_of_another_type_is_named_with_its_module(room: str) -> None:
    with pytest.raises(OgpError, match=r"a_room\.first\.THING is no str"):
        values("a_room", [room], "THING", str)


def test_a_name_is_taken_once() -> None:
    register: Register[str, int] = Register("the thing")
    assert register.under("one")(1) == 1
    with pytest.raises(OgpError, match="the thing one is registered twice"):
        register.under("one")(2)
    assert register == {"one": 1}
