"""The agenda of a session of the forum: one short paper for the table, and what its one sheet of results begins with.

    agenda      the paper from top to bottom
    context     what it speaks of: a plan, a day, a language
    disputes    where the sides differ, in whose words, and what there is to choose
    decided     what the last session decided, and what is still to be done
    awaited     who is late, who was not heard from, which proposals wait
    results     the lines with which the sheet of results begins

The paper is short because people sit with it: of long lists it shows the beginning and says how many more there are.
The sheet has them all, under the same numbers.
"""
