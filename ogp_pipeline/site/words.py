"""The site's own words, in every language: those of the catalogue below ``site.``. Words of codes and metrics
stand in ``schemas/``.
"""

from ogp_pipeline.i18n.catalogue import texts


def words(language: str) -> dict[str, str]:
    """All words in one language. OgpError: a language that the site does not speak."""
    return texts("site.", language)
