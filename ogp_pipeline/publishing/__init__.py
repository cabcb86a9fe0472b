"""How releases become public, safely for readers whatever happens to the writers.

layout         every public key and what it promises
history        the log of releases
log_copy       a copy of it, so that a publish need not read it whole
contents       the files of one release on this disk
publisher      who publishes: store, key, pages, and hooks for those who follow the work
publish        a draft becomes a release by one create
steps          its marked points
views          what follows from the log (v/, latest/, lists, pages, latest.json), and its repair
repair_report  what a repair did
integrity      is an object what its record says?
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
