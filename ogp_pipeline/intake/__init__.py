"""Intake: what was received, word for word, and what became of it.

layout             every key of the private store
archive            raw files, by hash
removals           what was removed by rule, and what says so
ledger             what was accepted: append-only, each entry linked to the one before
accepted           accepted rows, by hash
quarantine         rows that wait to be mended, by hash
recognition        have we seen these bytes?
duplicates         the same question, asked of an inbox
problem            one thing that is wrong
effect             what a delivery does to what stands
crowds             too many of them to be held one by one
lines              the lines in which they stand
problem_groups     many of them: by cause and column, the first of each, and how many
causes             many of them: by cause and value, for whoever looks at a run
examination        what an examination found
acceptance         acts on an examination, in the order that is safe
advice             one thing that is wrong, in a person's words
receipt            what the supplier gets back
delivery_receipt   the receipt of one delivery
receipt_forms      a receipt as JSON, as pages and as marked workbooks
effect_wording     what a delivery does, in words
held               deliveries that wait for a person's word
refusals           files that were refused and not replaced since
wording            places and values in words, for the receipt
annotation         the marked copy of a workbook
verbatim_workbook  a workbook, opened and written again as it was
"""
