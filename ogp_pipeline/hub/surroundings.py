"""What of the environment a programme of a hub sees: what every process needs, and its own variables.

``MX_AWS_ACCESS_KEY_ID`` of the hub is ``AWS_ACCESS_KEY_ID`` of the programme whose prefix is ``MX_``. Of everything
else it sees only names that are no secret anywhere. So no programme has the keys of another, nor those of the hub, nor
the ones that lie in the home folder of the machine.
"""

import os
from collections.abc import Mapping

from ogp_pipeline.store.object_storage import Access

# No name here may ever hold a secret. Proxies are asked for with their addresses, which hold none on purpose.
_OF_ALL = frozenset(
    {"PATH", "TMPDIR", "TZ", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"}
    | {"PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONPATH", "VIRTUAL_ENV"}
    | {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
)
# boto3 looks further than the environment: files in the home folder, the role of the machine. Those are the hub's.
_NOWHERE = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def of(prefix: str | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of a programme. ``prefix``: with what the names of its variables begin; None: it has none."""
    shared = {name: value for name, value in environment.items() if name in _OF_ALL}
    return {**shared, **_NOWHERE, **own(prefix, environment)}


def own(prefix: str | None, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of a programme, without its prefix."""
    if prefix is None:
        return {}
    named = ((name.removeprefix(prefix), value) for name, value in environment.items() if name.startswith(prefix))
    return {name: value for name, value in named if name}


def access(prefix: str | None, environment: Mapping[str, str] = os.environ) -> Access:
    """The keys of a programme to object storage, for whoever reads its store without its environment."""
    variables = own(prefix, environment)
    endpoint = variables.get("AWS_ENDPOINT_URL_S3") or variables.get("AWS_ENDPOINT_URL")
    return Access(
        variables.get("AWS_ACCESS_KEY_ID"),
        variables.get("AWS_SECRET_ACCESS_KEY"),
        variables.get("AWS_SESSION_TOKEN"),
        endpoint,
        variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION"),
    )
