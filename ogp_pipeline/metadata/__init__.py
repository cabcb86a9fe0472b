"""What portals, search engines and feed readers are told about the releases, made again with every one.

    catalog.ttl  .jsonld  .rdf   DCAT-AP 3.0.1: datasets and files under addresses that hold no version
    catalog-versions.ttl         the versions of each dataset, as a series; apart, because a harvester makes a
                                 dataset of every one that it finds in a file
    data.json  dcat-us-3.json    DCAT-US 1.1 (non-federal), and a preview of DCAT-US 3
    changes.<lang>.atom          one entry for each release
    sitemap.xml  robots.txt      for search engines
    openapi.json                 the addresses, for programs and those who write them

    documents                 all of it, as a mapping from key to bytes
    registry                  what a document may look at, and ``@document``
    entries                   what is said of each dataset and file, as values; everything below is made of them
    addresses                 every address that is named
    vocabulary                codes of the EU, IANA, ADMS and ISO for what the programme file says
    catalogs                  the two catalogues in DCAT-AP
    graph, versions_graph     the same as triples
    rdf_formats               triples as Turtle, JSON-LD and RDF/XML
    data_json, dcat_us        DCAT-US 1.1 and 3
    feed, sitemap             the Atom feeds; sitemap.xml and robots.txt
    openapi                   openapi.json
    schema_org                the JSON-LD inside the pages
    quality, conformance      how a portal would score the catalogue; does it conform to SHACL shapes
    wording, xml_text         what changed, in words; XML as bytes

Invariant: a pure function of the records, the programme file and the schemas; the same inputs give the same bytes
in any process. Every node of the catalogues has an address: there are no blank nodes.
"""
