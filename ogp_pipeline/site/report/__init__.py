"""The forum's report: for each action plan and each reporting period, one page to sit down with.

    reports       which reports there are, and each of them as sections
    blocks        what a section is made of: words, tables, charts, cells
    published     the release's tables as the sections read them, shared by all reports
    context       what one report speaks of: its plan, its period, its language
    categories    what the categories of metrics are called
    measures      published metrics as blocks, each with its definition
    status, assessments, delays, proposals, consultation, obstacles
                  the sections, in the order of the page
    requirements, lasting, changes, deadlines, comparison
                  those that follow

A section counts only what single published rows say; every number that a metric publishes is taken from it. A
section without rows says so, and what is not known is never shown as zero.
"""
