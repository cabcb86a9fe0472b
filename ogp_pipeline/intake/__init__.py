"""Intake: what was received, word for word, and what became of it.

delivery.py     the bytes and their envelope            problem.py   one thing that is wrong
layout.py       every key of the private store          archive.py   raw files by hash
recognition.py  have we seen these bytes?               accepted.py  accepted rows by hash
resent.py       the same, of an inbox                   quarantine.py  rows that wait to be mended
ledger.py       the append-only, hash-linked ledger     receipt.py   what the supplier gets back
settle.py       all of it in the safe order             wording.py   its places and values
annotation.py   the marked copy of a workbook           verbatim_workbook.py   opened and written as it was
"""
