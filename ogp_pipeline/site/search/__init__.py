"""Full-text search that any host of plain files serves.

    documents   what the index is given of each page
    service     Pagefind, which makes the index, as a process
    bundle      the index of one language

The index is made of the pages themselves: whatever stands on the page of a thing can be found, and nothing else.
"""
