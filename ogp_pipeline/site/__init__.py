"""The public pages: plain HTML in every language of the programme, from what is published and nothing else.

    pages                       all of it, as a mapping from path to bytes
    home, commitments, history  what the pages show, as values
    figures                     a metric's number by its unit, for pages and terminal
    waiting                     rows that wait, in words
    labels                      the words of codes, and people's texts with their language
    report                      the forum's report, as values
    bar, charts                 the drawings beside tables
    words                       the site's own words
    notation                    dates, shares and sizes as each language writes them

What there is:

`index.html`: the choice of a language ·
`<lang>/index.html`: the state of the plan, files to download, the history of versions ·
`<lang>/commitments.html`: every commitment with its milestones, last words and evidence ·
`<lang>/report/<plan>/`: the forum's reports, one page for each reporting period, and a list of them.

The pages need no script and no other file, and say from which release they are made.
"""
