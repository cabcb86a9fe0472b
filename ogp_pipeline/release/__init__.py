"""A release: everything that is published, built and checked in a folder before a store is touched.

    shape                     canonical rows, from which every format is written
    content                   which tables a release holds, and the hash that says whether two hold the same
    personal_data             the guard: contact details never leave
    table_formats             in which formats every table is published
    table_format              what such a format is
    csv_format, parquet_format, jsonl_format, xlsx_format  one module per format, byte-reproducible
    xlsx_rows                 the rows of a workbook's sheet, quickly
    changes, apply_changes    what differs from the base release, cell by cell; and replayed
    delta                     the same as it is published: a line for each row, a file for each table that differs
    delta_lines, delta_files  its JSON Lines; its files, written, proven and read
    news                      what of that people are told, as facts
    gathering, sides          found in the rows that differ; the two releases beside each other
    sentences                 the facts as sentences, for pages and feeds
    causes                    why the numbers of a release differ from those before
    version                   the data version that follows from the changes
    datapackage               the Data Package v2 descriptor
    json_text                 JSON with a line for each value, quickly
    csvw, croissant           the same for readers of CSV on the Web and of Croissant
    citation                  how it is cited, and CITATION.cff
    dictionary_csv, readme    what each column means; the workbook's first sheet
    edition                   the release that last changed a dataset
    base                      the release that came before, read back from its own files
    build                     all of it: files, checks, Build
    built_file, proof         a file as built; the proof that all of them are sound
    manifest                  the record that the store commits (releases/<n>.json)

No module here reads the clock, the environment or the network.
"""
