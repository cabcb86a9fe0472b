"""The site's own words, in every language. Words of codes and metrics are not here: they stand in
``schemas/``.
"""

from collections.abc import Mapping

from ogp_pipeline.errors import OgpError

LANGUAGE_NAMES = {"es": "Español", "en": "English"}
_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "en": "January February March April May June July August September October November December",
}
MONTHS = {language: tuple(names.split()) for language, names in _MONTHS.items()}

WORDS: Mapping[str, Mapping[str, str]] = {
    "added": {"es": "filas agregadas", "en": "rows added"},
    "all_institutions": {"es": "Todas las instituciones", "en": "All institutions"},
    "as_of": {"es": "Datos al", "en": "Data as of"},
    "bar_of": {"es": "Gráfica de barra", "en": "Bar chart"},
    "by_cluster": {"es": "Por tema", "en": "By theme"},
    "by_round": {"es": "Ronda por ronda", "en": "Round by round"},
    "changed": {"es": "filas modificadas", "en": "rows changed"},
    "choose": {"es": "Leer en español", "en": "Read in English"},
    "cluster": {"es": "Tema", "en": "Theme"},
    "commitments": {"es": "Compromisos", "en": "Commitments"},
    "count": {"es": "Cantidad", "en": "Count"},
    "data_package": {
        "es": "Descripción de los datos para programas (Data Package)",
        "en": "Description of the data for programs (Data Package)",
    },
    "description": {"es": "Descripción", "en": "Description"},
    "downloads": {"es": "Descargar los datos", "en": "Download the data"},
    "downloads_note": {
        "es": "Los archivos de cada versión nunca cambian. La suma SHA-256 permite comprobar una copia.",
        "en": "The files of a version never change. The SHA-256 sum lets you check a copy.",
    },
    "due": {"es": "Fecha límite", "en": "Due"},
    "evidence": {"es": "Evidencia", "en": "Evidence"},
    "file": {"es": "Archivo", "en": "File"},
    "files_of": {"es": "Archivos por tabla", "en": "Files by table"},
    "first_release": {"es": "Primera versión", "en": "First version"},
    "format": {"es": "Formato", "en": "Format"},
    "heard_note": {
        "es": "Instituciones de las que se esperaban informes en esta ronda y no llegó ninguno.",
        "en": "Institutions whose reports were expected in this round and none arrived.",
    },
    "history": {"es": "Historial de versiones", "en": "History of versions"},
    "how_counted": {"es": "Cómo se cuenta", "en": "How this is counted"},
    "institution": {"es": "Institución", "en": "Institution"},
    "languages": {"es": "Idiomas", "en": "Languages"},
    "latest_note": {
        "es": "Para la versión más reciente bajo una dirección que no cambia:",
        "en": "For the newest version under an address that stays the same:",
    },
    "lead": {"es": "Responsable", "en": "Led by"},
    "level": {"es": "Nivel", "en": "Level"},
    "licence": {"es": "Licencia", "en": "Licence"},
    "main_menu": {"es": "Menú principal", "en": "Main menu"},
    "measure": {"es": "Medida", "en": "Measure"},
    "measures": {"es": "Otras medidas", "en": "Other measures"},
    "milestones": {"es": "Hitos", "en": "Milestones"},
    "next_steps": {"es": "Próximos pasos", "en": "Next steps"},
    "no_milestones": {"es": "Este compromiso no tiene hitos.", "en": "This commitment has no milestones."},
    "no_results": {
        "es": "Todavía no hay resultados de ninguna ronda de informes.",
        "en": "There are no results of a reporting round yet.",
    },
    "no_update": {
        "es": "No se ha recibido ningún informe sobre este hito.",
        "en": "No report on this milestone has been received.",
    },
    "nobody_silent": {
        "es": "Todas las instituciones de las que se esperaban informes enviaron al menos uno.",
        "en": "Every institution that was expected to report sent at least one report.",
    },
    "not_heard_from": {"es": "Sin informe recibido", "en": "Not heard from"},
    "not_known": {"es": "no se sabe", "en": "not known"},
    "not_reported": {"es": "No reportado", "en": "Not reported"},
    "nothing_new": {"es": "Sin novedades que informar.", "en": "Nothing to report."},
    "of": {"es": "de", "en": "of"},
    "on_this_page": {"es": "En esta página", "en": "On this page"},
    "overview": {"es": "Panorama", "en": "Overview"},
    "published": {"es": "Publicado el", "en": "Published on"},
    "received": {"es": "Informes recibidos", "en": "Reports received"},
    "removed": {"es": "filas retiradas", "en": "rows removed"},
    "reported_for": {"es": "Informe", "en": "Report"},
    "responsible": {"es": "Institución responsable", "en": "Responsible institution"},
    "round": {"es": "Ronda", "en": "Round"},
    "rows": {"es": "Filas", "en": "Rows"},
    "schema_changed": {"es": "Cambios de estructura", "en": "Changes of structure"},
    "share": {"es": "Proporción", "en": "Share"},
    "size": {"es": "Tamaño", "en": "Size"},
    "skip": {"es": "Ir al contenido", "en": "Skip to content"},
    "status": {"es": "Estado", "en": "Status"},
    "supported_by": {"es": "Con el apoyo de", "en": "Supported by"},
    "total": {"es": "Total", "en": "Total"},
    "trust_note": {
        "es": "Nada de esta página proviene de otra fuente que los archivos de esta versión.",
        "en": "Nothing on this page comes from anywhere but the files of this version.",
    },
    "unknown_value": {"es": "sin dato", "en": "no data"},
    "version": {"es": "Versión", "en": "Version"},
    "what_changed": {"es": "Qué cambió", "en": "What changed"},
    "without_cluster": {"es": "Sin tema", "en": "Without a theme"},
    "workbook": {"es": "Libro de Excel", "en": "Excel workbook"},
}


def words(language: str) -> dict[str, str]:
    """All words in one language. OgpError: a language that the site does not speak."""
    if language not in LANGUAGE_NAMES:
        raise OgpError(f"the site has no words in {language!r}; it speaks {', '.join(LANGUAGE_NAMES)}")
    return {key: texts[language] for key, texts in WORDS.items()}
