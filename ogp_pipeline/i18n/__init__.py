"""Texts for people, in every language that we speak.

languages   the languages: the one list of them, their locales, names and quotation marks
catalogue   every sentence of the software by key and language; ``locale/<language>/LC_MESSAGES/ogp.po``
letters     letters as they are compared: without accents and capitals
natural     the order of codes that hold numbers
markup      pages, made of templates in which no text is markup
palette     the colours of all of them, on light screens and on dark ones
legible     words from outside as people, terminals and records may see them
masking     secrets that a server repeats, in whichever form it writes them
text        a text of the programme file, in the languages in which somebody wrote it
"""
