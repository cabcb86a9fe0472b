"""A hub: many programmes run side by side, and compared in public.

members      the programmes of a hub, as its figures and pages read them
publication  what the hub's file says of what it publishes
outcomes     how the publication of a comparison ends
"""
