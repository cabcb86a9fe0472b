"""A hub: many programmes run side by side, and compared in public.

members      the programmes of a hub, as its figures and pages read them
publication  what the hub's file says of what it publishes
outcomes     how the publication of a comparison ends
schemas      the tables of a comparison
reading      a member's newest release, verified
rows         the rows that it gives, copied
fitness      are a member's rows fit to stand beside those of others?
gathering    the rows of all members, or those read last time
comparison   the comparison published
plans        plans and countries, as portals are told them
drawing      what is drawn of a release of the hub
catalogs     a catalogue of catalogues
compared     the tables as the pages read them
crossings    which numbers may stand in one table
pages        the hub's pages
search       one search over all commitments
"""
