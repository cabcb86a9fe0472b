"""A page of its own for everything that has a name: pure functions from the release's rows to values.

    view          what every such page has
    context       a language, the rows, links to other pages, and where every commitment stands
    standing      where every commitment stands
    commitments   a commitment
    rounds        its milestones, and what was said of each, round by round
    voices        its assessments and decisions, what stands in the way, what came of it, what makes it permanent
    institutions  an institution
    promises      institutions side by side
    plans         a plan and a theme
    proposals     a proposal
    sessions      a decision, a meeting
    metrics       a metric
    facets        by what commitments and pages can be filtered, and what there is to choose from
    listing       the list of commitments, in several orders
    timeline      when milestones are due, and what became of them, for the home page
    glance        what the home page answers first
    entities      all pages

A section stands on a page only if there is something to say in it.
"""
