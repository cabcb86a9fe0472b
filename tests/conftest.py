"""Options of the whole test run, and one rule: in continuous integration a skipped test is a failed one."""

import functools
import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from hypothesis import settings

from tests import kept, memory, nights
from tests.scheduling import group_of, place

if TYPE_CHECKING:
    from tests.s3_server import S3Server
    from tests.scheduling import ByGroup


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=2,
        metavar="N",
        help="how often each point of a publish is killed in the kill tests (default: %(default)s)",
    )
    parser.addoption(
        "--differential",
        type=int,
        default=None,
        metavar="N",
        help="how many generated files the differential tests compare; other than 100 and 2200: new ones every time "
        "(default: 100 where tests/differential/proved.json says that 2200 have passed with this code; else 2200)",
    )

    parser.addoption(
        "--mutations",
        action="store_true",
        help="make each fault of tests/mutations/faults.py in a copy of the project, and see that its tests notice",
    )
    parser.addoption(
        "--night",
        action="store_true",
        help="also run what is marked `night`: the other members of products of which `make test` takes a sample",
    )


@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    """How often each point of a publish is to be killed."""
    return int(request.config.getoption("--kills"))


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[S3Server]":
    """A real S3 server on the loopback, for all tests of this process: keep to a prefix of your own."""
    from tests.s3_server import S3Server

    server = S3Server(tmp_path_factory.mktemp("s3")).start()
    yield server
    server.kill()


def _not_awaited(_: int) -> None:
    """In place of ``os.fsync``: only a loss of power would show whether the disk has kept it, and each takes its time.

    Git's own tests leave it out for the same reason. What the tests start as a program of its own still waits.
    """


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--night"):
        settings.register_profile("night")
        settings.load_profile("night")
    memory.use()
    if hasattr(config, "workerinput"):  # a worker, whose temporary folder lies in that of the whole run
        kept.share(Path(config.option.basetemp).parent)
    os.fsync = _not_awaited
    typer.main.get_command = functools.cache(typer.main.get_command)  # made of 70 commands, at each call of ``ogp``
    gc.disable()  # collecting tests makes little garbage, and looking for it is a quarter of the time


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is left to the night as a whole file is not even imported by day, unless somebody names it."""
    named = {argument.partition("::")[0] for argument in config.args}
    left = nights.is_left(f"{collection_path.relative_to(config.rootpath).as_posix()}::")
    return True if left and not config.getoption("--night") and not any(map(collection_path.samefile, named)) else None


def pytest_collection_finish() -> None:
    gc.freeze()  # else every later search goes through 600,000 objects that stay: modules and tests
    gc.set_threshold(400_000, 20, 100)  # at 700, a twelfth of a publish is spent on searches that find nothing
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for, and begin the long groups first, so that none is left over at the end."""
    for other in ("mutations", "night"):  # not skipped, which CI does not allow: they are another kind of run
        if not config.getoption(f"--{other}"):
            items[:] = [item for item in items if item.get_closest_marker(other) is None]
    whole_files = not any("::" in argument for argument in config.args)
    if whole_files and (gone := nights.unmatched(item.nodeid for item in items)):
        raise pytest.UsageError(f"tests/nights.py names what is not there: {', '.join(gone)}")
    if not config.getoption("--night") and whole_files:
        items[:] = [item for item in items if not nights.is_left(item.nodeid)]
    items.sort(key=lambda item: place(item.nodeid))  # stable: within a file, and among files of no note, order stays


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: a test often waits, for a server, a killed process, or a worker of a run. To load all tests
    takes each worker eleven seconds, more than two more than cores would win by waiting less."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "ByGroup | None":
    """With several workers, whole groups; ``--dist`` with anything but ``loadscope`` chooses another way."""
    from tests.scheduling import ByGroup

    return ByGroup(config, log) if config.getoption("--dist") == "loadscope" else None


WORKERS: dict[str, set[str]] = {}  # by group: the workers that ran its tests


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if hasattr(report, "node"):  # from a worker, in the process that gives out the tests
        WORKERS.setdefault(group_of(report.nodeid), set()).add(report.worker_id)


@pytest.hookimpl(tryfirst=True)  # pytest removes the folder with what is shared, if all passed
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a group was torn apart, as happened unseen when pytest changed under xdist."""
    _nobody_wrote_to_what_is_shared(session)
    torn = [group for group, workers in WORKERS.items() if len(workers) > 1]
    if torn and session.config.getoption("--dist") == "loadscope" and not session.exitstatus:
        session.config.get_terminal_writer().line(f"\nrun by several workers, though they share: {', '.join(torn)}")
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def _nobody_wrote_to_what_is_shared(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workerinput"):
        return  # others may still be at it
    if WORKERS:
        kept.share(session.config._tmp_path_factory.getbasetemp())
    if altered := kept.altered():
        config.get_terminal_writer().line(f"\nmade for all and written to by a test: {'; '.join(altered)}")
        session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR


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


def _record_the_whole(terminalreporter: pytest.TerminalReporter) -> None:
    """Let ``proved.json`` say so when every theme has passed with all its files."""
    from tests.differential import proved
    from tests.differential.themes import THEMES

    generated = "test_the_report_is_the_one_of_frictionless["
    passed = [report.nodeid for report in terminalreporter.stats.get("passed", []) if generated in report.nodeid]
    themes = [name.partition(generated)[2].removesuffix("]") for name in passed]
    compared = proved.files_to_compare(terminalreporter.config.getoption("--differential"))
    if proved.record(compared, THEMES, themes):
        terminalreporter.write_line("all of them passed: commit tests/differential/proved.json with your change")


COUNTED = ("older copies left by the killed", "kills", "server kills", "races", "lost answers and requests", "reads")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the differential and the kill tests did. Here: with xdist nobody else has all reports."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    properties = [one for report in reports for one in getattr(report, "user_properties", ())]
    if any(name == "differential" for name, _ in properties):
        from tests.differential.counting import summary, total  # this file also stands alone, in a test of itself

        terminalreporter.section("differential tests")
        for line in summary(total(reports)):
            terminalreporter.write_line(line)
        _record_the_whole(terminalreporter)
    done = {name: sum(value for one, value in properties if one == name) for name in COUNTED}
    if any(done.values()):
        terminalreporter.section("publishing under fire")
        told = [f"{count} {name}" for name, count in done.items() if count and name != "reads"]
        terminalreporter.write_line(
            f"{', '.join(told)}; {done['reads']} reads by strangers meanwhile, none of them torn"
        )
