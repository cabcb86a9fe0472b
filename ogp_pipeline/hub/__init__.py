"""A hub: many programmes run side by side, and compared in public.

members  the programmes of a hub, as its figures and pages read them
"""
