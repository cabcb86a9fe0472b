"""What is told of files that were not even opened: an examination that holds the reason of each, and nothing else."""

from collections.abc import Sequence

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal


def examination(files: Sequence[DeliveredFile], schemas: Schemas) -> Examination | None:
    """Of the files of a delivery that were refused; None if none was, so that they are to be examined."""
    problems = tuple(_problem(file.name, file.refusal, schemas) for file in files if file.refusal is not None)
    if not problems:
        return None
    return Examination(rows=(), problems=problems, skipped=(), counts={}, rows_read=0, rows_to_mend=0)


def _problem(name: str, refusal: Refusal, schemas: Schemas) -> Problem:
    level = Severity(schemas.rule(refusal.rule).level)
    return Problem(refusal.rule, level, Where(name), details={"file": name, **refusal.details})
