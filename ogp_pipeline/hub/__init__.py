"""A hub: many programmes run side by side, and compared in public.

model         what may stand in the hub's file
file          from YAML to the model; every mistake with its line
opening       a hub with its stores, and its members
members       the programmes of a hub, as its figures and pages read them
foreign       publications that a hub only reads
starting      what `ogp hub init` makes
examination   what `ogp hub check` looks at before a first night
night         every programme is run, then their comparison is published
processes     each programme is run by a process of its own, which has its keys alone and may die
loaded        what the run of any programme needs, loaded once for all of them
results       what became of each programme, and the record of a night
surroundings  what of the environment a programme of the hub sees
"""
