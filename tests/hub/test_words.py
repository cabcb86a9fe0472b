"""The words of a hub's pages are all used, none is missing, and nothing else is said in the templates."""

import re
from pathlib import Path

import ogp_pipeline.hub
from ogp_pipeline.hub.outcomes import Reason
from ogp_pipeline.i18n.catalogue import texts

HUB = Path(ogp_pipeline.hub.__file__).parent
STATES = ("read", "kept", "not_read")
WORTH = ("part_missing", "not_reported", "not_asked", "too_few")


def test_no_word_is_missing_and_none_is_left_over() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in HUB.glob("*.j2"))
    used = set(re.findall(r"\bh\.(\w+)", templates)) | set(re.findall(r'"(compare_\w+)"', templates))
    used |= {f"reason_{reason}" for reason in Reason} | {f"state_{state}" for state in STATES}
    used |= {f"status_{status}" for status in WORTH}
    of_init = {"new.title", "new.description"}
    assert used == set(texts("hub.", "en")) - of_init
