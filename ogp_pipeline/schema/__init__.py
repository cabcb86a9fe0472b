"""What ``schemas/`` holds, as values: tables, code lists, rules, metrics.

schemas     ``load``: everything under schemas/, checked
model       what a table, a field, a code, a rule and a metric are
files       the files, and mistakes in them with their place
cell_types  what a cell of each type can hold
dictionary  the data dictionary, made from it
rulebook    the rules with their words, made from it
"""
