"""The public pages: plain HTML in every language of the programme, from what is published and nothing else.

    pages                       all of it, as paths with their bytes, one by one
    frame                       what stands around pages, also of a hub: policy, style, scripts, the release
    cells                       cells, facts and tables as HTML
    sections                    sections and their blocks as HTML
    tree                        a commitment's milestones as HTML
    results                     the metrics that pages look for, and which rounds have results
    addresses                   where the page of each thing stands, for ever
    search                      full-text search of these pages
    entity                      a page for everything that has a name, and the list of commitments, as values
    home, history               what the home page shows, as values
    releases                    the page of a release: what changed since last time, in sentences
    figures                     a metric's number by its unit, for pages and terminal
    draft_mark                  what each page of a draft says
    waiting                     rows that wait, in words
    labels                      the words of codes, and people's texts with their language
    report                      the forum's report, as values
    long_tables                 tables of more lines than a page should have, on further pages
    pictures                    what is shown where a page is shared, as PNG
    session                     the agenda of a session of the forum, as values
    bar, charts                 the drawings beside tables
    levels                      the colour or pattern of each level of a scale
    words                       the site's own words
    plain                       definitions without the names of columns and codes
    notation                    dates, shares and sizes as each language writes them

What there is:

`index.html`: the choice of a language ·
`<lang>/index.html`: at a glance, the state of the plan, files to download, the history of versions ·
`<lang>/commitments.html`: the list of commitments, and in other orders below `<lang>/commitments/` ·
`<lang>/commitment/<id>.html` and its like (`addresses`): a page for everything that has a name ·
`<lang>/release/<version>.html`: what a release changed; it stays when its archive is made ·
`<lang>/picture/<page>.png`: what is shown where somebody shares a page ·
`<lang>/card/<id>.html`: one commitment, to be shown in a frame on another page ·
`<lang>/report/<plan>/`: the forum's reports, one page for each reporting period, and a list of them; what is too
long for them stands in `_<period>--<table>-<n>.html`, or in `__<table>-<n>.html` if all reports of the plan have it.

The pages need no script and no other file; the list has one within it, which only makes it quicker to use. Pages of
one thing stay the same, byte for byte, until something is known anew of it; all others say from which release they are
made.
"""
