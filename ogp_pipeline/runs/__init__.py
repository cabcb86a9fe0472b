"""What ``ogp run`` and the flows do: collect, publish, record.

run                the whole run: every source, then one release
rehearsal          a run of which nothing is kept: stores that are read, and a folder to look at
collect            one source: fetch, and take in each delivery
worker             the processes that do the dangerous work: a nursery, and the workers it forks
workers            the pool of them: deadlines, memory, and what becomes of one that dies
delivery_work      what is done there: the examination of a delivery, and its receipt's forms
delivery_intake    one delivery: recognise, or examine and record
known_state        the ledger and what is known on a day: all that folds goes through here
checkpoint         what stands after an entry, kept in the private store
memory             what one process has read of a ledger
gathering          what a source has, before anybody takes it in
lookahead          deliveries gathered and examined before their turn
scouting           sources fetched and examined by other machines, before their turn
shelf              where these keep what they found, in the private store
feeds              what is handed on between them, in bounded room
punctuality        reports that were known by their due date
fetching           addresses are asked ahead, many at a time
download_memory    what is remembered of the last download from an address
mounts             is a source's folder there, or only the place where a disk should be?
refused            what is told of files that were not even opened
inbox_collect      what lies in an inbox, and what goes back into it
inbox_share        whose it is, where several sources share an inbox
inbox_receipts     the receipts that lie in an inbox
held_again         deliveries on hold, looked at again
awaited            what a delivery waits for: files that were refused
heading_changes    columns that nobody reads, and columns that are gone
depositing         the last step of a release: its deposit at Zenodo
publication        from the ledger to a committed release
clock              does this machine's clock stand where it can?
outcomes           how a run ends
troubles           what is wrong after a run, and what of it is news
standing_troubles  what was wrong before it, kept in the private store
record             what a run leaves behind
summary            the same as a page for whoever is on duty
run_history        the same of many runs, in a few numbers each
told               what a run tells those who watch machines
workspace          a programme with its two stores
checking           a file checked as if it had been sent
first_mapping      what files would become: a source proposed, tried, and written
templating         a supplier's template from what the ledger holds
session_sheet      the sheet that takes the results of a session of the forum
status             what stands now
signatures         is what is published signed, with which key, and until when?
causes_told        why a delivery was not taken whole: each cause once
receipt_list       every receipt that was given
receipt_numbers    their short numbers, which people can say on the telephone
due_reports        the reports that a supplier owes
quarantine_list    rows that wait to be mended
rows_that_wait     the same, beside the tables, for the numbers
stale_corrections  corrections whose expectation fails
institution_check  an institution of the programme file that no list has
disk               a full disk names its folder
fault_log          what our own software failed on, in letters that every log can hold
left_files         files in the sources' folders that nobody takes
left_notice        suppliers told of them
held_list          deliveries on hold, and what persons decided
left_over          rows that no source gives any more
unfit_rows         accepted rows that no column can hold
computed           what was computed last and gave nothing new
older_software     did newer software make what stands?
succession         does the ledger continue what the newest release names?
"""
