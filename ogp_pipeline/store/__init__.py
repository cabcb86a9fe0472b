"""Where releases are kept and how they become public, safely for readers whatever happens to the writers.

protocol    what a store does and what its answers mean; keys: which keys it takes
directory   a store in a folder
probe       does a store honour conditions? asked before the first write of a publish
layout      every public key and what it promises
publish     a draft becomes a release by one create; steps: its marked points; settling: answers in doubt
views       what follows from the log (v/, latest/, lists, pages, latest.json), and its repair
purge       removing what the law wants gone, with signed tombstones
garbage     what killed publishers left, and its removal
history     the log of releases; contents: the files of one release on this disk
signing     statements with ed25519 seals; keyring: a publication's keys and its releases' signatures
reader      reading as a stranger, from a folder or over HTTP
digests     sha256 of many objects; page_list: the pages and their hashes; current: what changes with a release
verify      does everything published agree with itself? finding: what it may say
"""
