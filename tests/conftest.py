"""Options of the whole test run, and one rule: in continuous integration a skipped test is a failed one."""

import os
from collections.abc import Generator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=2,
        metavar="N",
        help="how often each point of a publish is killed in the kill tests (default: %(default)s)",
    )


@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    """How often each point of a publish is to be killed."""
    return int(request.config.getoption("--kills"))


def _not_a_green_light(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that was skipped because a part is missing."""
    report = yield
    _not_a_green_light(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A whole file that was skipped, as ``pytest.importorskip`` at its top does."""
    report = yield
    _not_a_green_light(report)
    return report
