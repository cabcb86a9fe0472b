"""A workbook as what it is, untrusted bytes: opened only in a process that may die.

    guard           the parent's side: starts the process, waits, and tells each kind of death apart
    child           the process: sets its own limits before it looks at the file; writes one answer
    archive         the packed file: its directory judged before anything is unpacked; which sheet is which part
    open_document   the other kind of workbook, LibreOffice's, read in one pass
    old_excel       workbooks of Excel 97 to 2003
    binary_excel    workbooks of Excel in its own binary form
    extent          how far a sheet really reaches, told by its bytes
    appearance      what is hidden, struck out, or shown as another text; sheets that are not read
    screen          the proof that calamine reads a sheet as openpyxl does
    bounds          the limits, as the process knows them
    cells           the values of a sheet as columns of text
    answer          the answer, packed for the pipe

Nothing here imports the rest of the package but its errors: the process must start in a few hundredths of a second.
"""
