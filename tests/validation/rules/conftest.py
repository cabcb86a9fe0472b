"""Gives the tests of ``case`` the cases of the module that imports them."""

import pytest

pytest.register_assert_rewrite("tests.validation.rules.case")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames and hasattr(metafunc.module, "CASES"):
        metafunc.parametrize("case", metafunc.module.CASES, ids=lambda case: case.rule)
