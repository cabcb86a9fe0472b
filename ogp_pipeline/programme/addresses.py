"""What is asked of a server, made of what people write: a spreadsheet as their browser shows it, a table of CKAN."""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

GOOGLE = "docs.google.com"
_SHEET = re.compile(r"(?P<stem>/spreadsheets/(?:u/\d{1,2}/)?d/(?P<public>e/)?[A-Za-z0-9_-]{10,200})(?:/.*)?", re.ASCII)
_FORMATS = {"xlsx": "xlsx", "xls": "xlsx", "ods": "ods", "csv": "csv"}


def exported(url: str, kind: str) -> str:
    """Where a spreadsheet of Google is exported in the format that ``read`` reads; any other address as it is.

    CSV is one sheet: the one that the address names (``gid``), or the first.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # told when it is fetched
        return url
    sheet = _SHEET.fullmatch(parts.path) if parts.hostname == GOOGLE else None
    if sheet is None or kind not in _FORMATS or parts.path.endswith(("/export", "/pub")):
        return url
    given = {**dict(parse_qsl(parts.query)), **dict(parse_qsl(parts.fragment))}
    public = sheet["public"] is not None
    asked = {"output" if public else "format": _FORMATS[kind]}
    if kind == "csv" and "gid" in given:
        asked |= {"gid": given["gid"]} | ({"single": "true"} if public else {})
    path = f"{sheet['stem']}/{'pub' if public else 'export'}"
    return parts._replace(path=path, query=urlencode(asked), fragment="").geturl()


def datastore(portal: str, resource: str, filters: Mapping[str, str]) -> str:
    """The action of CKAN's API that gives a table's records, in the order of their numbers, with how many there are."""
    asked = {"resource_id": resource, "sort": "_id", "include_total": "true"}
    if filters:
        asked["filters"] = json.dumps(dict(filters), sort_keys=True)
    return f"{portal.rstrip('/')}/api/3/action/datastore_search?{urlencode(asked)}"
