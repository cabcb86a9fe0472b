"""What `ogp status` says of signatures: nothing where nobody signs, and what to do where somebody should."""

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.runs.signatures import Signatures, told, troubles
from tests.every import for_every

KEY = "ab" * 32


@for_every(
    ("state", "said", "todo"),
    [
        (Signatures(None, False, "none", None, False), None, []),
        (Signatures(None, False, "first", None, False), None, ["signed yet"]),
        (Signatures(KEY, True, "same", None, False), "signed with the key abababababab…", []),
        (Signatures(KEY, True, "none", "2024-07-01T12:00:00Z", False), "holds until 1 July 2024, 12:00 UTC", []),
        (Signatures(KEY, True, "none", "2024-07-01T12:00:00Z", True), "holds until", ["has passed"]),
        (Signatures(KEY, False, "other", None, False), "signed", ["lacks its signature", "is not the key that signs"]),
    ],
)
def test_each_state_is_said_with_what_to_do(state: Signatures, said: str | None, todo: list[str]) -> None:
    assert (said or "") in (told(state, "en") or "") and (told(state, "en") is None) == (said is None)
    sentences = list(troubles(state, "en"))
    assert len(sentences) == len(todo) and all(part in sentence for part, sentence in zip(todo, sentences, strict=True))
    for language in LANGUAGES:
        assert all("OGP_SIGNING_KEY" in sentence for sentence in troubles(state, language))
