"""What a run does, for those who watch machines: lines of a log, spans of a trace, counts and durations.

Nothing here decides anything, and nothing here fails a run. Off, it costs nothing: the libraries are not even imported.

about       what is being worked on (run, programme, source, delivery): in every line of the log, and in every span
logs        the log as lines of JSON, where ``OGP_LOG`` says so
json_lines  such a line
events      what happened, for machines that read the log
export      traces and measures for a collector of OpenTelemetry, where its own variables say so
measures    what is counted and measured, by name
steps       a step of a run: named in the log, a span, a duration
"""
