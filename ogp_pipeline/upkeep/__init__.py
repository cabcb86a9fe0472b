"""Looking after what is published: each module is one task of the engineer.

rollback       a new release that says what an older one said
admission      let a delivery in that is on hold
retirement     rows that shall no longer stand
purging        what the law wants gone, from both stores
copies         copies of the private store, each of one moment
restoring      a private store from a copy
wholeness      is a private store, or a copy of one, whole?
retention      raw files that the programme file keeps no longer
pruning        copies that it keeps no longer
reproduction   rebuild what was published and compare
maker          which software made a release, and how to get it
doctor         are the stores, the state beside the ledger and the clock as they should be?
surroundings   what the doctor sees around them
check          one thing that the doctor looked at
tracing        from a published number to the line of the file
catch_up       a copy of one release becomes the copy of a later one
inbox_access   what a supplier may do with an inbox in a bucket
public_access  what the world may do with a public bucket
"""
