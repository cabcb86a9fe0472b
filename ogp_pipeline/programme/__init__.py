"""The programme file of a country: what it promised, who supplies what, from where, and where it is published.

model          what may stand in the file
places         where a store or an inbox is: a folder or a bucket
sources        where deliveries come from, and what holds them back
mapping        how a source's columns become ours
mapping_parts  what a mapping is put together from: conditions, ranges, repeated columns, other files
composition    texts put together by a template
mapping_check, mapping_parts_check
               what is wrong with a mapping, and with its parts, before a file comes
scales         scales of progress that a programme declares itself
crosswalk      a crosswalk in a file of its own
paging         how an address gives its records page by page
headers        what a server asks for, such as a token: where the secret stands, never the secret
addresses      what is asked of a server: a spreadsheet's export, a table of CKAN
publisher      who publishes, as portals ask
desk           the desk where suppliers send by a personal link
retention      how long received files are kept
mail           which mail is sent, to whom, and by which server
written        a file of settings as it is written: YAML, with the line of each setting
file           from YAML to the model; every mistake with its line
config_errors  a mistake of the model in plain words
lateness       what "late" means, of a report and of a milestone
folders        places that must not lie in each other
"""
