"""A release: everything that is published, built and checked in a folder before a store is touched.

    shape           canonical rows, from which every format is written
    content         which tables a release holds, and the hash that says whether two hold the same
    personal_data   the guard: contact details never leave
    csv_format, parquet_format, jsonl_format, xlsx_format      one module per format, byte-reproducible
    changes         what differs from the base release, row by row
    causes          why a row differs
    apply_changes   the changes replayed on a copy of the base
    version         the data version that follows from the changes
    datapackage     the Data Package v2 descriptor
    csvw, croissant, dictionary_csv, readme                    what else describes the tables
    base            the release that came before, read back from its own files
    build           all of it: files, checks, Build
    built_file      a file that was built, with its hashes
    proof           the check of what was built
    manifest        the record that the store commits (releases/<n>.json)

No module here reads the clock, the environment or the network.
"""
