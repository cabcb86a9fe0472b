"""What a file of a country holds, and what it could become: what ``ogp map`` shows and writes.

    proposal     files to a source of the programme file
    sample       files read with the options that they need
    sheets       which sheets of a workbook, and which area
    headings     where the headings of a table stand
    collections  lists and objects of objects in JSON and YAML
    views        the tables that a file holds
    columns      what a column holds
    words        what a heading or a value means
    meanings     which column means what
    identifiers  keys of ours out of what a column holds
    drafting     columns of a mapping, and what is known so far
    tables       the mapping of each table
    periods      which period of the plan a round is
    rounds       what was reported, in one round or in several
    yaml_text    drafts as a person would write them
    insertion    a source put into a programme file

It reads and proposes; it changes nothing. What no code of ours is like is told and left, never guessed.
"""
