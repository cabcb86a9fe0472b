"""The catalogue as triples: DCAT-AP 3.0.1, one dataset for each of ours, one distribution for each file.

What two harvesters need beyond the profile: the EU's file type is described here (as a ``dct:IMT`` with label and
value), because CKAN's loader skips a format of which it finds only an address; and the licence has the English title
of CKAN's own register, because CKAN knows licences by that and shows none otherwise.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Namespace

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.metadata import vocabulary
from ogp_pipeline.metadata.addresses import Addresses
from ogp_pipeline.metadata.entries import DatasetEntry, FileEntry, Words, written
from ogp_pipeline.metadata.vocabulary import FORMATS, FileFormat
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.publisher import Theme

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib's own stops at version 2
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES: Mapping[str, str] = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCTERMS),
    "foaf": str(FOAF),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "spdx": str(SPDX),
    "vcard": str(VCARD),
    "xsd": str(XSD),
}


def catalog(datasets: Iterable[DatasetEntry], programme: Programme) -> Graph:
    """``catalog.ttl`` as triples."""
    triples = CatalogGraph(programme)
    listed = list(datasets)
    triples.catalog(listed)
    for dataset in listed:
        triples.dataset(dataset)
    return triples.graph


_Described = TypeVar("_Described")
_Of = ParamSpec("_Of")


def _once(
    describe: Callable[Concatenate["CatalogGraph", _Of], _Described],
) -> Callable[Concatenate["CatalogGraph", _Of], _Described]:
    """What every dataset and file points at: its triples come into a graph the first time, and only then."""

    def described(graph: "CatalogGraph", /, *of: _Of.args, **named: _Of.kwargs) -> _Described:
        name = describe.__name__, of, tuple(named.items())
        if name not in graph.described:
            graph.described[name] = describe(graph, *of, **named)
        node: _Described = graph.described[name]
        return node

    return described


class CatalogGraph:
    """The graph while it is made; the pieces that both catalogues share."""

    def __init__(self, programme: Programme) -> None:
        self.programme, self.publication = programme, programme.publication
        self.at = Addresses(programme.publication.root)
        self.described: dict[Hashable, Any] = {}
        self.graph = Graph(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)

    def add(self, node: URIRef, predicate: URIRef, value: URIRef | Literal | str) -> None:
        """One triple; a plain ``str`` is an address."""
        self.graph.add((node, predicate, value if isinstance(value, URIRef | Literal) else URIRef(value)))

    def say(self, node: URIRef, predicate: URIRef, words: Words) -> None:
        """A text in its languages, the programme's first: many readers take the first that they find."""
        for language in self.programme.in_order(words):
            self.add(node, predicate, Literal(words[language], lang=language))

    def time(self, node: URIRef, predicate: URIRef, moment: str) -> None:
        """A moment in UTC."""
        self.add(node, predicate, Literal(moment, datatype=XSD.dateTime, normalize=False))

    def catalog(self, datasets: list[DatasetEntry]) -> None:
        """The catalogue itself, its publisher and whom to ask."""
        node = URIRef(self.at.node("catalog"))
        self.add(node, RDF.type, DCAT.Catalog)
        self.say(node, DCTERMS.title, written(self.publication.title))
        self.say(node, DCTERMS.description, written(self.publication.description))
        self.add(node, DCTERMS.publisher, self.publisher())
        self.add(node, DCAT.contactPoint, self.contact())
        self.add(node, DCTERMS.license, self.licence())
        self.add(node, DCAT.themeTaxonomy, self.themes())
        self.time(node, DCTERMS.issued, min(dataset.issued for dataset in datasets))
        self.time(node, DCTERMS.modified, max(dataset.modified for dataset in datasets))
        # The profile allows one home page: that of the first language.
        self.add(node, FOAF.homepage, self.document(self.at.home(self.pages_in()[0])))
        self.languages(node, self.publication.languages)
        for place in self.places():
            self.add(node, DCTERMS.spatial, place)
        for dataset in datasets:
            self.add(node, DCAT.dataset, self.at.dataset(dataset.name))

    def dataset(self, entry: DatasetEntry) -> None:
        """A dataset and its files."""
        node = URIRef(self.at.dataset(entry.name))
        self.about(node, entry)
        self.add(node, DCTERMS.identifier, Literal(str(node)))
        self.add(node, DCAT.version, Literal(entry.version))
        self.time(node, DCTERMS.issued, entry.issued)
        self.time(node, DCTERMS.modified, entry.modified)
        for language in self.pages_in():
            page = self.document(self.at.home(language, f"data-{entry.name}"))
            self.add(node, DCAT.landingPage, page)
        for file in entry.files:
            if file.format.uri:
                self.add(node, DCAT.distribution, self.distribution(file))

    def about(self, node: URIRef, entry: DatasetEntry) -> None:
        """What is true of a dataset in every version."""
        self.add(node, RDF.type, DCAT.Dataset)
        self.say(node, DCTERMS.title, entry.title)
        self.say(node, DCTERMS.description, entry.description)
        # In one language: CKAN and others make tags of all, whatever language they are in.
        language = self.programme.in_order(entry.keywords)[0]
        for word in entry.keywords[language]:
            self.add(node, DCAT.keyword, Literal(word, lang=language))
        self.add(node, DCTERMS.publisher, self.publisher())
        self.add(node, DCAT.contactPoint, self.contact())
        self.add(node, DCTERMS.accessRights, self.access())
        self.add(node, DCTERMS.accrualPeriodicity, self.frequency())
        self.add(node, DCTERMS.temporal, self.period())
        for code in self.publication.themes:
            self.add(node, DCAT.theme, self.theme(code))
        for place in self.places():
            self.add(node, DCTERMS.spatial, place)
        self.languages(node, self.programme.languages)

    def distribution(self, file: FileEntry) -> URIRef:
        """A file under the name that stays; its checksum and size are those of the newest bytes."""
        node = URIRef(self.at.file(file.name))
        self.add(node, RDF.type, DCAT.Distribution)
        self.say(node, DCTERMS.title, file.title)
        self.say(node, DCTERMS.description, file.description)
        self.bytes_at(node, self.at.latest(file.name), file.format, file.bytes, file.sha256)
        self.time(node, DCTERMS.issued, file.issued)
        self.time(node, DCTERMS.modified, file.modified)
        self.add(node, DCATAP.availability, vocabulary.STABLE)
        if file.dictionary:
            self.add(node, FOAF.page, self.document(self.at.latest(file.dictionary)))
        self.languages(node, self.programme.languages)
        return node

    def bytes_at(self, node: URIRef, address: str, format_: FileFormat, size: int, sha256: str) -> None:
        """Where a distribution's bytes are, what they are, and what may be done with them."""
        self.add(node, DCAT.accessURL, address)
        self.add(node, DCAT.downloadURL, address)
        self.add(node, DCTERMS.format, self.file_type(format_))
        self.add(node, DCAT.mediaType, self.media_type(format_))
        self.add(node, DCAT.byteSize, Literal(size, datatype=XSD.nonNegativeInteger))
        self.add(node, DCTERMS.license, self.licence())
        self.add(node, DCTERMS.rights, self.rights())
        checksum = URIRef(f"{node}/sha256")
        self.add(node, SPDX.checksum, checksum)
        self.add(checksum, RDF.type, SPDX.Checksum)
        self.add(checksum, SPDX.algorithm, vocabulary.SHA256)
        self.add(checksum, SPDX.checksumValue, Literal(sha256, datatype=XSD.hexBinary))

    @_once
    def file_type(self, format_: FileFormat) -> URIRef:
        """The EU's file type, described so that CKAN can read it; ``dct:IMT`` sorts before the profile's own class."""
        node = URIRef(format_.uri or "")
        self.add(node, RDF.type, DCTERMS.IMT)
        self.add(node, RDF.type, DCTERMS.MediaTypeOrExtent)
        self.add(node, RDFS.label, Literal(format_.label))
        self.add(node, RDF.value, Literal(format_.media_type))
        return node

    @_once
    def media_type(self, format_: FileFormat) -> URIRef:
        """IANA's media type."""
        node = URIRef(format_.media_uri)
        self.add(node, RDF.type, DCTERMS.MediaType)
        self.add(node, RDF.type, DCTERMS.MediaTypeOrExtent)
        return node

    def pages_in(self) -> tuple[str, ...]:
        """The languages of the pages, the programme's first."""
        return self.programme.in_order(self.publication.languages)

    @_once
    def publisher(self) -> URIRef:
        """Who publishes."""
        publisher, node = self.programme.publisher, URIRef(self.at.node("publisher"))
        self.add(node, RDF.type, FOAF.Agent)
        self.add(node, RDF.type, FOAF.Organization)
        self.say(node, FOAF.name, written(publisher.name))
        self.add(node, DCTERMS.type, vocabulary.PUBLISHER_KIND + publisher.kind)
        if publisher.url:
            self.add(node, FOAF.homepage, self.document(publisher.url))
        return node

    @_once
    def contact(self) -> URIRef:
        """Whom to ask."""
        contact, node = self.programme.contact, URIRef(self.at.node("contact"))
        self.add(node, RDF.type, VCARD.Kind)
        self.add(node, RDF.type, VCARD.Organization)
        self.say(node, VCARD.fn, written(contact.name))
        if contact.email:
            self.add(node, VCARD.hasEmail, f"mailto:{contact.email}")
        if contact.url:
            self.add(node, VCARD.hasURL, contact.url)
        return node

    @_once
    def licence(self) -> URIRef:
        """The licence, by the EU's code where there is one."""
        given = self.publication.licence
        node = URIRef(vocabulary.licence(given))
        self.add(node, RDF.type, DCTERMS.LicenseDocument)
        self.add(node, DCTERMS.title, Literal(vocabulary.licence_title(given), lang=ENGLISH))
        self.add(node, RDFS.label, Literal(given.title, lang=ENGLISH))
        if kind := vocabulary.licence_kind(given):
            self.add(node, DCTERMS.type, kind)
        return node

    @_once
    def rights(self) -> URIRef:
        """What may be done, in a sentence."""
        node, licence = URIRef(self.at.node("rights")), self.publication.licence
        self.add(node, RDF.type, DCTERMS.RightsStatement)
        self.say(
            node,
            RDFS.label,
            {
                language: catalogue.say("dataset.rights", language, licence=licence.title)
                for language in self.programme.spoken
            },
        )
        return node

    @_once
    def access(self) -> URIRef:
        """Open to everybody."""
        node = URIRef(vocabulary.PUBLIC)
        self.add(node, RDF.type, DCTERMS.RightsStatement)
        return node

    @_once
    def themes(self) -> URIRef:
        """The EU's table of themes."""
        node = URIRef(vocabulary.THEMES)
        self.add(node, RDF.type, SKOS.ConceptScheme)
        self.add(node, DCTERMS.title, Literal("Data theme", lang=ENGLISH))
        return node

    @_once
    def theme(self, code: Theme) -> URIRef:
        """One of its themes."""
        node = URIRef(f"{vocabulary.THEMES}/{code}")
        self.add(node, RDF.type, SKOS.Concept)
        self.say(node, SKOS.prefLabel, vocabulary.theme_name(code, self.programme.spoken))
        self.add(node, SKOS.inScheme, self.themes())
        return node

    @_once
    def frequency(self) -> URIRef:
        """How often releases are to be expected."""
        node = URIRef(vocabulary.frequency(self.publication.frequency))
        self.add(node, RDF.type, DCTERMS.Frequency)
        return node

    def languages(self, node: URIRef, languages: Iterable[str]) -> None:
        """The languages in which something is written."""
        for language in dict.fromkeys(languages):
            code = URIRef(vocabulary.language(language))
            self.add(code, RDF.type, DCTERMS.LinguisticSystem)
            self.add(node, DCTERMS.language, code)

    @_once
    def period(self) -> URIRef:
        """From the first day of the first plan to the last day of the last."""
        node, plans = URIRef(self.at.node("period")), self.programme.plans
        self.add(node, RDF.type, DCTERMS.PeriodOfTime)
        self.add(node, DCAT.startDate, Literal(min(plan.starts for plan in plans)))
        self.add(node, DCAT.endDate, Literal(max(plan.ends for plan in plans)))
        return node

    @_once
    def places(self) -> list[URIRef]:
        """The places that the programme names, or its country."""
        named: list[str] = list(self.publication.spatial)
        code = self.programme.country
        if not named and (country := vocabulary.country(code)):
            named = [country]
            name = {language: vocabulary.country_name(code, language) for language in self.programme.spoken}
            self.say(URIRef(country), SKOS.prefLabel, name)
        for place in named:
            self.add(URIRef(place), RDF.type, DCTERMS.Location)
        return [URIRef(place) for place in named]

    @_once
    def document(self, address: str) -> URIRef:
        """A page."""
        node = URIRef(address)
        self.add(node, RDF.type, FOAF.Document)
        return node


def file_format(name: str) -> FileFormat:
    """The format of a file by the ending of its name."""
    return FORMATS[name.rpartition(".")[2]]
