"""The programme file of a country: what it promised, who supplies what, from where, and where it is published.

model          what may stand in the file
places         where a store or an inbox is: a folder or a bucket
mapping        how a source's columns become ours
scales         scales of progress that a programme declares itself
mapping_check  what is wrong with a mapping, before a file comes
crosswalk      a crosswalk in a file of its own
publisher      who publishes, as portals ask
file           from YAML to the model; every mistake with its line
config_errors  a mistake of the model in plain words
lateness       what "late" means, of a report and of a milestone
folders        places that must not lie in each other
"""
