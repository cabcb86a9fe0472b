"""The forum's report: for each action plan and each reporting period, one page to sit down with.

    reports                   which reports there are, and each of them as sections
    blocks                    what a section is made of: words, tables, charts, cells
    published                 the release's tables as the sections read them, shared by all reports
    context                   what one report speaks of: its plan, its period, its language
    categories                what the categories of metrics are called
    decisions                 decisions with their day, their reason and who dissented
    measures                  published metrics as blocks, each with its definition

The sections, in the order of the page:

    status                    how far the plan has come
    assessments               what each side says, where they differ, what was agreed
    delays                    what is overdue, what came late, who was not heard from
    proposals, consultation   what became of proposals, and who was asked
    obstacles                 what stands in the way, and what was achieved beyond the plan
    requirements, lasting     minimum requirements, and what lasts beyond the plan
    changes, deadlines        what is known otherwise by now, and what comes next
    comparison                the plan beside the others

A section counts only what single published rows say; every number that a metric publishes is taken from it. A
section without rows says so, and what is not known is never shown as zero.
"""
