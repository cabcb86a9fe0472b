"""An ``institution`` of the programme file that no list has: a mistake that its supplier would be blamed for."""

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.validation import PriorState


def institution(workspace: Workspace, source: Source, prior: PriorState) -> ProgrammeError | None:
    """The programme's mistake that would be told to a supplier as theirs: an ``institution`` that no list has.

    While no institution is known yet, or the source itself lists them, nothing can be said.
    """
    suppliers = workspace.programme.suppliers
    number, supplier = next((n, supplier) for n, supplier in enumerate(suppliers) if supplier.id == source.supplier)
    listed = sorted(key[0] for key in prior.keys.get("institutions", ()))
    if not listed or supplier.institution in (None, *listed) or "institutions" in source.tables:
        return None
    line = programme_file.line_of(workspace.content.decode(), "suppliers", number, "institution")
    shown = ", ".join(listed[:10]) + (f" and {len(listed) - 10} more" if len(listed) > 10 else "")
    told = f"`{supplier.institution}`, the institution of `{supplier.id}`, is in no list; there are {shown}"
    return ProgrammeError(str(workspace.path), [(line, told)])
