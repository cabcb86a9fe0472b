"""Faults that somebody could make, and the tests that must notice each.

``old`` stands once in the file and is replaced by ``new``. Add one when a fault got through, and when you write a check
that you want nobody to lose. ``survives``: why no test notices it yet; it is to be taken out when one does.
"""

from dataclasses import dataclass

_PUBLISHING = "ogp_pipeline/publishing/"
_STORE = "ogp_pipeline/store/"
_EVALUATION = "ogp_pipeline/evaluation/"
_UPKEEP = "ogp_pipeline/upkeep/"


@dataclass(frozen=True)
class Fault:
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    survives: str = ""


FAULTS = (
    # The commit and its order
    Fault(
        "a commit that overwrites",
        _PUBLISHING + "publish.py",
        "retrying.until_definite(lambda: store.create(key, data), publisher.hooks.pause)",
        "retrying.until_definite(lambda: store.put_view(key, data, layout.JSON), publisher.hooks.pause)",
        ("tests/publishing/test_publish.py",),
    ),
    Fault(
        "a lost race that is taken for ours",
        _PUBLISHING + "publish.py",
        "if standing.manifest.publish_id != manifest.publish_id:",
        "if False:",
        ("tests/publishing/test_publish.py",),
    ),
    Fault(
        "a base that is no longer the newest",
        _PUBLISHING + "publish.py",
        "if (newest.hash if newest else None) != (base.hash if base else None):",
        "if False:",
        ("tests/publishing/test_publish.py",),
    ),
    Fault(
        "a repeated run that commits twice",
        _PUBLISHING + "publish.py",
        "if record.manifest.publish_id == draft.publish_id), None)",
        "if record.manifest.publish_id == ''), None)",
        ("tests/publishing/test_publish.py",),
    ),
    Fault(
        "a store that is not probed",
        _PUBLISHING + "publish.py",
        "    probe.check(store, attempt)\n",
        "",
        ("tests/publishing/test_publish.py",),
    ),
    Fault(
        "a commit after the collector may have come",
        _PUBLISHING + "publish.py",
        "if hooks.now() - started > GRACE / 2:",
        "if hooks.now() - started > GRACE * 2:",
        ("tests/publishing/test_publish.py", "tests/publishing/test_garbage.py"),
    ),
    Fault(
        "what was purged is published again",
        _PUBLISHING + "publish.py",
        "if file.sha256 in gone)",
        "if file.sha256 in ())",
        ("tests/publishing/test_purge.py",),
    ),
    Fault(
        "bytes of the base are named without a look",
        _PUBLISHING + "publish.py",
        "if stored and stored.size == file.bytes and stored.sha256 in (None, file.sha256):",
        "if stored:",
        ("tests/publishing/test_publish.py",),
    ),
    # Views and the log
    Fault(
        "the hint moves before the lists stand",
        _PUBLISHING + "views.py",
        "    _make_latest(publisher, fence, newest, [",
        "    _move_hint(publisher, newest)\n    _make_latest(publisher, fence, newest, [",
        ("tests/publishing/test_views.py",),
    ),
    Fault(
        "a release that overtook is not looked for",
        _PUBLISHING + "views.py",
        "            if store.head(layout.release(newest.n + 1)) is None:\n                break\n            chain",
        "            if True:\n                break\n            chain",
        ("tests/publishing/test_overtaken.py",),
    ),
    Fault(
        "views of an older release are written over those of a newer one",
        _PUBLISHING + "fence.py",
        "if self._store.head(self._next) is not None:",
        "if False:",
        ("tests/publishing/test_overtaken.py",),
    ),
    Fault(
        "a list is replaced whatever stands there by now",
        _PUBLISHING + "fence.py",
        "answer = self._store.swap(key, data, standing.tag if standing is not None else None, media_type)",
        "answer = self._store.put_view(key, data, media_type)",
        ("tests/publishing/test_overtaken.py",),
    ),
    Fault(
        "nobody says that he is at work",
        _PUBLISHING + "views.py",
        "if shown.is_behind(publisher, newest, everything=bool(noted)):",
        "if shown.is_behind(publisher, newest, everything=False):",
        ("tests/publishing/test_overtaken.py",),
    ),
    Fault(
        "a run does not look at what changes with a release",
        _PUBLISHING + "views.py",
        "if shown.is_behind(publisher, newest, everything=bool(noted)):",
        "if False:",
        ("tests/publishing/test_overtaken.py",),
    ),
    Fault(
        "only the newest release's views are completed",
        _PUBLISHING + "views.py",
        "if record.n == n or record.n > shown]",
        "if record.n == n]",
        ("tests/publishing/test_views.py",),
    ),
    Fault(
        "a log whose links do not hold",
        _PUBLISHING + "history.py",
        "if record.manifest.previous != previous:",
        "if False:",
        ("tests/publishing/test_history.py",),
    ),
    Fault(
        "verify does not compare the views",
        _PUBLISHING + "verify.py",
        "            elif digest[0] != record.hash:",
        "            elif False:",
        ("tests/publishing/test_verify.py",),
    ),
    Fault(
        "verify believes a rewritten history",
        _PUBLISHING + "verify.py",
        "if record and record.hash == seen:",
        "if record:",
        ("tests/publishing/test_verify.py",),
    ),
    Fault(
        "a verification takes a cache's word for damage",
        _PUBLISHING + "digests.py",
        "        if digest == expected or not self._reader.cached:\n            return digest",
        "        if True:\n            return digest",
        ("tests/publishing/test_web_hosts.py",),
    ),
    Fault(
        "a verification teaches caches that the next release is missing",
        _PUBLISHING + "verify.py",
        "self._reader.read(layout.release(self._last + 1), fresh=True)",
        "self._reader.read(layout.release(self._last + 1))",
        ("tests/publishing/test_web_hosts.py",),
    ),
    Fault(
        "a verification follows a hint as far as it likes",
        _PUBLISHING + "verify.py",
        "            if not any(data is not None and _is_record(n, data) for",
        "            if all(False for",
        ("tests/publishing/test_web_hosts.py",),
    ),
    Fault(
        "a page of the host is taken for what was asked for",
        _PUBLISHING + "reader.py",
        "                if self._stands_in(response):",
        "                if False:",
        ("tests/publishing/test_web_hosts.py",),
    ),
    Fault(
        "the collector takes fresh attempts",
        _PUBLISHING + "garbage.py",
        "return now - attempts.started(attempt) > GRACE",
        "return True",
        ("tests/publishing/test_garbage.py",),
    ),
    # Stores
    Fault(
        "a repair that leaves the headers of copies as they are",
        _PUBLISHING + "views.py",
        "if source and copy and served and integrity",
        "if source and copy and integrity",
        ("tests/publishing/test_headers.py",),
    ),
    Fault(
        "headers of which the caching is not compared",
        _PUBLISHING + "headers.py",
        '(_plain(head.media_type), _plain(head.cache_control or "")) == wanted',
        "_plain(head.media_type) == wanted[0]",
        ("tests/publishing/test_headers.py",),
    ),
    Fault(
        "small files whose headers wait for an acknowledgement",
        _STORE + "direct.py",
        "sdk._endpoint.http_session",
        "__import__('botocore.httpsession').httpsession.URLLib3Session()",
        ("tests/store/test_direct.py",),
    ),
    Fault(
        "a swap that does not ask",
        _STORE + "directory.py",
        "if standing is None or standing.tag != expected:",
        "if standing is None:",
        ("tests/store/test_directory.py",),
    ),
    Fault(
        "other bytes than stated are stored",
        _STORE + "directory.py",
        "            if digest != sha256:",
        "            if False:",
        ("tests/store/test_directory.py",),
    ),
    Fault(
        "a bucket's create without its condition",
        _STORE + "s3.py",
        'self._bucket.once, IfNoneMatch="*")',
        "self._bucket.once)",
        ("tests/store/test_s3.py",),
    ),
    Fault(
        "a probe without the stale swap",
        _STORE + "probe.py",
        "        stale = _definite(store.swap(key, _OTHER, tag))",
        "        stale = Changed()",
        ("tests/store/test_probe.py",),
    ),
    Fault(
        "a broken body is gone on with, whatever stands there now",
        _STORE + "s3.py",
        'self._open(key, Range=f"bytes={done}-", IfMatch=answer["ETag"])',
        'self._open(key, Range=f"bytes={done}-")',
        ("tests/store/test_s3.py",),
    ),
    Fault(
        "a file that is not on the disk",
        _STORE + "directory.py",
        "    os.fsync(file.fileno())",
        "    pass",
        ("tests/store/test_directory.py",),
    ),
    Fault(
        "a name that is not on the disk",
        _STORE + "directory.py",
        "        os.fsync(number)",
        "        pass",
        ("tests/store/test_directory.py",),
    ),
    # Evaluation
    Fault(
        "a rate with something missing has a value",
        _EVALUATION + "aggregate.py",
        "missing if metric.statistic == RATE else 0",
        "0",
        ("tests/evaluation/test_completion.py",),
    ),
    Fault(
        "a half is rounded up",
        _EVALUATION + "aggregate.py",
        "(2 * rest == denominator and whole % 2)",
        "2 * rest == denominator",
        ("tests/evaluation/test_aggregate.py",),
    ),
    Fault(
        "a share of the plan over the member's own units",
        _EVALUATION + "aggregate.py",
        "        if metric.of_plan:",
        "        if False:",
        ("tests/evaluation/test_size.py", "tests/evaluation/test_golden_shape.py"),
    ),
    Fault(
        "a median of the wrong middle",
        _EVALUATION + "median.py",
        "kept[order[starts + sizes // 2]] = 1",
        "kept[order[starts + (sizes - 1) // 2]] = 1",
        ("tests/evaluation/test_median.py",),
    ),
    Fault(
        "overdue on the due date itself",
        "ogp_pipeline/programme/lateness.py",
        "    return due < day\n",
        "    return due <= day\n",
        ("tests/programme/test_lateness.py", "tests/evaluation/test_timeliness.py"),
    ),
    Fault(
        "headings are counted besides their parts",
        _EVALUATION + "units.py",
        '~every["milestone_id"].isin(headings)',
        'every["milestone_id"].notna()',
        ("tests/evaluation/test_size.py",),
    ),
    Fault(
        "a running period counts",
        _EVALUATION + "units.py",
        'return spoken.loc[spoken["ended"] | spoken["due_passed"] | spoken["heard_of"]].reset_index(drop=True)',
        "return spoken.assign(heard_of=True)",
        ("tests/evaluation/test_completion.py",),
    ),
    Fault(
        "evidence of a later period counts",
        _EVALUATION + "evidence.py",
        '(since < things["end_date"])',
        "since.notna()",
        ("tests/evaluation/test_evidence.py",),
    ),
    Fault(
        "who takes part is independent",
        _EVALUATION + "assessed.py",
        '.mask(own.astype("bool") | _takes_part(judgements, tables), SELF)',
        '.mask(own.astype("bool"), SELF)',
        ("tests/evaluation/test_quality.py",),
    ),
    Fault(
        "a consensus that somebody objects to",
        _EVALUATION + "decisions.py",
        'fault = fault.mask(consensus & objected.astype("bool"), OBJECTION)',
        'fault = fault.mask(objected.astype("bool") & False, OBJECTION)',
        ("tests/evaluation/test_joint.py",),
    ),
    Fault(
        "the oldest decision holds",
        _EVALUATION + "decisions.py",
        'return settling.sort_values("counts", kind="stable").drop_duplicates(key, keep="last")',
        'return settling.sort_values("counts", kind="stable").drop_duplicates(key, keep="first")',
        ("tests/evaluation/test_joint.py",),
    ),
    Fault(
        "an assessor goes before what the forum agreed",
        _EVALUATION + "judgements.py",
        'drop_duplicates(_SUBJECT, keep="first")',
        'drop_duplicates(_SUBJECT, keep="last")',
        ("tests/evaluation/test_quality.py",),
    ),
    # Copies, removals by rule and older software
    Fault(
        "a copy of more than one moment",
        _UPKEEP + "copies.py",
        "if after == before and all(key in copied and copied[key][0] == tag for key, tag in after.items()):",
        "if all(key in copied for key in after):",
        ("tests/upkeep/test_copies.py",),
    ),
    Fault(
        "a private store that is restored behind what is published",
        _UPKEEP + "restoring.py",
        "    if not older:\n        refuse_if_behind(workspace, place, copy)\n",
        "",
        ("tests/upkeep/test_copies.py",),
    ),
    Fault(
        "a file on hold that a rule removes",
        _UPKEEP + "retention.py",
        "if delivery in facts.on_hold or delivery in facts.waiting:",
        "if delivery in facts.waiting:",
        ("tests/upkeep/test_retention.py",),
    ),
    Fault(
        "bytes that come again while they are removed",
        "ogp_pipeline/intake/acceptance.py",
        "    if programme.retention is not None:  # a removal",
        "    if False:  # a removal",
        ("tests/upkeep/test_retention.py",),
    ),
    Fault(
        "a later format that is read as if it were ours",
        "ogp_pipeline/version.py",
        "or int(theirs[2]) <= int(own[2]):",
        "or True:",
        ("tests/upkeep/test_older_stores.py",),
    ),
)
