"""The lines of a workbook's README sheet, English and Spanish side by side."""

from collections.abc import Sequence
from datetime import date

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.datapackage import DATASET_TITLES
from ogp_pipeline.release.xlsx_format import About
from ogp_pipeline.schema.schemas import Table


def readme(dataset: str, tables: Sequence[Table], programme: Programme, version: str, as_of: date) -> About:
    """Title, description, licence, version, day, how to read the sheets, and one line per table."""
    publication = programme.publication
    title, names, licence = publication.title, DATASET_TITLES[dataset], publication.licence
    lines = [
        (f"{title.get('en')}: {names['en']}", f"{title.get('es')}: {names['es']}"),
        (publication.description.get("en"), publication.description.get("es")),
        (f"Version {version}, as of {as_of.isoformat()}", f"Versión {version}, al {as_of.isoformat()}"),
        (f"Licence: {licence.title} ({licence.url})", f"Licencia: {licence.title} ({licence.url})"),
        (f"Source: {publication.base_url}", f"Fuente: {publication.base_url}"),
        (
            "An empty cell means that nothing was supplied. It does not mean zero or no.",
            "Una celda vacía significa que no se proporcionó el dato. No significa cero ni no.",
        ),
        (
            "The sheet dictionary says what every column means.",
            "La hoja dictionary explica el significado de cada columna.",
        ),
        (
            "The file changes.csv holds what differs from the version before, each line with its cause (code list "
            "change_cause): a late report, a correction, something sent again.",
            "El archivo changes.csv contiene lo que difiere de la versión anterior, cada línea con su causa (lista "
            "change_cause): un informe extemporáneo, una corrección, algo enviado de nuevo.",
        ),
        (
            "Texts longer than a cell can hold end in […] here; the CSV file has them whole.",
            "Los textos más largos que una celda terminan en […]; el archivo CSV los contiene completos.",
        ),
    ]
    lines += [(f"{table.name}: {table.title['en']}", f"{table.name}: {table.title['es']}") for table in tables]
    return About(tuple(lines))
