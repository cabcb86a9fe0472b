"""Pages for people, made of the templates of a room: what stands in a text is never markup."""

import jinja2

from ogp_pipeline.i18n import palette


def environment(package: str) -> jinja2.Environment:
    """The templates that lie in a package, such as ``ogp_pipeline.site``. A value that is missing is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(package, ""),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # templates do not change while we run; asking costs a look at the disk for each page
    )
    made.globals.update(declared=palette.declared, shades=palette.SHADES, SITE=palette.SITE, DESK=palette.DESK)
    return made
