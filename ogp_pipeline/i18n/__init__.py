"""Texts for people, in every language that we speak.

catalogue   every sentence of the software by key and language; ``locale/<language>/LC_MESSAGES/ogp.po``
bilingual   a text of the programme file, in the languages in which somebody wrote it
"""
