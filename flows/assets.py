"""What a release publishes, as Prefect's assets: an event for each dataset, with the sources that it was made from.

    ogp://<programme>/<dataset>             materialized by a release: version, day, rows, bytes, address
    ogp://<programme>/sources/<source>      upstream of all of them

They decorate, and decide nothing. The task stands in the run; what the server does not take is said in its log.
"""

import logging
from pathlib import Path
from typing import Any

import httpx
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import PrefectException

from flows.workspaces import open_workspace
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import history
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.runs.record import ReleaseSummary

_LOG = logging.getLogger("prefect.ogp")
_BY = "ogp-pipeline"


def show_release(programme: Path, made: ReleaseSummary) -> None:
    """Tell the server of the datasets of a release that was just published."""
    workspace = open_workspace(programme)
    manifest = history.release(workspace.publication, made.version).manifest
    datasets = {dataset: _asset(workspace.programme, dataset) for dataset in sorted(manifest.datasets)}

    def tell() -> None:
        for dataset, asset in datasets.items():
            asset.add_metadata(_facts(workspace.programme, manifest, dataset))

    task = materialize(
        *datasets.values(),
        by=_BY,
        asset_deps=[_source(workspace.programme, source.id) for source in workspace.programme.sources],
        name="assets",
        task_run_name=f"assets-{made.version}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )(tell)
    try:
        task(return_state=True)
    except (httpx.HTTPError, PrefectException) as error:
        _LOG.warning("the server was not told of the assets of %s: %s", made.version, error)


def key(programme: Programme, *parts: str) -> str:
    """The key of an asset: it stays the same when the publication moves to another address."""
    return "/".join((f"ogp://{programme.id}", *parts))


def _asset(programme: Programme, dataset: str) -> Asset:
    public, language = programme.publication, programme.languages[0]
    properties = AssetProperties(
        name=f"{programme.id}: {dataset}",
        url=f"{public.root}/latest/{dataset}/",
        description=public.description.get(language),
        owners=[programme.publisher.name.get(language)],
    )
    return Asset(key=key(programme, dataset), properties=properties)


def _source(programme: Programme, source: str) -> Asset:
    return Asset(key=key(programme, "sources", source))


def _facts(programme: Programme, manifest: Manifest, dataset: str) -> dict[str, Any]:
    rows, size = manifest.size(dataset)
    changes = manifest.datasets[dataset]
    return {
        "version": manifest.version,
        "as_of": manifest.as_of.isoformat(),
        "rows": rows,
        "bytes": size,
        "added": changes.added,
        "changed": changes.changed,
        "removed": changes.removed,
        "address": f"{programme.publication.root}/v/{manifest.version}/{dataset}/",
    }
