"""A hub: many programmes run side by side, and compared in public.

model         what may stand in the hub's file
file          from YAML to the model; every mistake with its line
opening       a hub with its stores, and its members
members       the programmes of a hub, as its figures and pages read them
foreign       publications that a hub only reads
surroundings  what of the environment a programme of the hub sees
"""
