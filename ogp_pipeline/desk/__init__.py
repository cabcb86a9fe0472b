"""The desk: a small web page where a supplier sees what is due, has a file checked, sends it, and finds receipts.

    links      personal links: signed, they end by themselves, and can be revoked
    session    who is visiting, as a signed cookie, and the proof that a form is ours
    limiting   how much and how often one visitor may send
    drafts     files that were checked and not sent yet
    counter    what a visitor may do: the supplier's own inbox, receipts and templates, and nothing else
    overview   what a visitor sees first: what is due, what lies in the inbox, earlier receipts
    pages      how that looks
    requests   from a request to a visitor, and what stands in every answer
    health     whether it can serve
    metrics    what it counts, for Prometheus
    app        the addresses, and what each does
    serving    the server

A visitor is nobody until a link says who, and then one source of one supplier. Nothing here writes anywhere but into
that source's inbox, and into a folder for drafts that ends with the server.
"""
