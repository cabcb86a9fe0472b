"""Full-text search that any host of plain files serves.

    documents   what the index is given of each page
    bundle      the index of one language, made by Pagefind

The index is made of the pages themselves: whatever stands on the page of a thing can be found, and nothing else.
"""
