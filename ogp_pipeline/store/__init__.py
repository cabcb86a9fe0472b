"""Objects under keys: what a store does, and each kind of store.

protocol        what a store does and what its answers mean
keys            which keys it takes
directory       a store in a folder
overlay         a store that is read, and a folder in which all writes lie: for rehearsals
s3              a store in a bucket
multipart       large objects of it
server_clock    what its answers say of the time
traffic         how much is asked of it, where that is measured
direct          small ones, sent without the SDK's ceremony
bodies          reading objects of it that break off
object_storage  connections to S3, and what their failures mean
probe           does a store honour conditions? asked before the first write of a publish
attempts        the name of one attempt to write
retrying        asking again until an answer is definite
concurrency     the same for many objects, several at a time
"""
