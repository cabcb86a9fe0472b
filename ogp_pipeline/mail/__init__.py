"""Mail: receipts, reminders around due dates, and one digest a day for the secretariat. Off until switched on.

    letters    what a mail is made of, and how it becomes text and HTML
    receipts   what became of a delivery
    reminders  who has not reported, before and after the day
    digest     a day for the secretariat
    outbox     what was sent: never twice the same
    smtp       handing a mail to the server
    post       everything that is due now, sent

A mail is about a thing and for an address. What is due is computed from what stands; whether it was sent already, only
the outbox knows. So a run that was killed, or a server that was down, is made good by the next run.
"""
