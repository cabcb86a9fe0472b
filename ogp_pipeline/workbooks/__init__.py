"""An XLSX workbook as what it is, untrusted bytes: opened only in a process that may die.

guard      the parent's side: starts the process, waits, and tells each kind of death apart
child      the process: sets its own limits before it looks at the file; writes one answer
archive    the packed file: its directory judged before anything is unpacked; which sheet is which part
extent     how far a sheet really reaches, told by its bytes
screen     the proof that calamine reads a sheet as openpyxl does
cells      the values of a sheet as columns of text
answer     the answer, packed for the pipe
bounds     limits that no workbook may pass

Nothing here imports the rest of the package but ``programme.Limits``, and that only in the parent: the process must
start in a few hundredths of a second.
"""
