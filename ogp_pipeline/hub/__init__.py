"""A hub: many programmes run side by side, and compared in public.

model         what may stand in the hub's file
file          from YAML to the model; every mistake with its line
opening       a hub with its stores, and its members
starting      what `ogp hub init` makes
examination   what `ogp hub check` looks at before a first night

night         every programme is run, then their comparison is published
processes     each programme is run by a process of its own, which has its keys alone and may die
loaded        what the run of any programme needs, loaded once for all of them
surroundings  what of the environment a programme of the hub sees
results       what became of each programme, and the record of a night

members       the programmes of a hub, as its figures and pages read them
foreign       publications that a hub only reads
reading       the newest release of a member, verified
gathering     from members to the tables of a comparison
rows          the rows of the comparison that a member's release gives
fitness       are a member's rows fit to stand beside those of others?
schemas       the tables of a comparison
comparison    publishes the comparison
publication   what the hub's file says of what it publishes
outcomes      how the publication of a comparison ends
plans         the plans and countries that it is about
crossings     which numbers of several plans may stand in one table
compared      its tables as pages read them
drawing       what is drawn of a release
pages         the hub's own pages
catalogs      a catalogue of catalogues
search        one search over all commitments
"""
