"""How releases become public, safely for readers whatever happens to the writers.

layout         every public key and what it promises
history        the log of releases
log_copy       a copy of it, so that a publish need not read it whole
contents       the files of one release on this disk
chronicle      what people are told of the listed releases
spans          from which older releases a release has a delta of its own
publisher      who publishes: store, key, pages, and hooks for those who follow the work
publish        a draft becomes a release by one create
steps          its marked points
fence          writes that never put an older release over a newer one
shown          does what changes show the newest release? asked by every run
views          what follows from the log (v/, latest/, lists, pages, latest.json), and its repair
lists          versions.json and deltas.json
windows        which releases the lists hold, and which are in archives
lineage        what the catalogues say of the time before
archives       what the lists said of older releases, for ever; made, repaired
archive_check  the same, verified
repair_report  what a repair did
headers        what objects in a bucket are served with, set anew
integrity      is an object what its record says?
drawn_pages    pages that are drawn and not yet published, in one file
page_list      the pages and their hashes
purge          removing what the law wants gone, with signed tombstones
garbage        what killed publishers left, and its removal
signing        statements with ed25519 seals
signing_key    where the private key comes from
keyring        a publication's keys and its releases' signatures
reader         reading as a stranger, from a folder or over HTTP
unreachable    why an address cannot be read, in words
digests        sha256 of many objects
verify         does everything published agree with itself?
current        what changes with a release
planted        files of a folder that nothing names
hosting        how a web server serves it all
authenticity   do the signatures hold?
zenodo         Zenodo's API
deposit        a release deposited there
expiry         until when latest.json holds
renewal        sealing it anew where nothing is published
freshness      is what a reader is shown still the newest?
seen           what a reader keeps of a publication
trust          does it go on from what the reader has seen?
finding        what a verification may say
"""
