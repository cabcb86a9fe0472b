"""Which releases the lists hold: the newest ten to nineteen. Those before stand in archives of ten, which never change.

    release      1 … 19        20 … 29       30 … 39
    lists hold   from 1 on     from 11 on    from 21 on
    before       none          archive 1     archives 1 and 2     (archive k: releases 10k - 9 to 10k)

An archive is made with its last release, so it stands ten releases before the lists leave its releases out. What a
publish reads and writes does not grow with the log.
"""

BLOCK = 10


def first(n: int) -> int:
    """The oldest release that the lists of release ``n`` hold."""
    return BLOCK * max(0, n // BLOCK - 1) + 1


def archives(n: int) -> int:
    """How many archives stand once release ``n`` is published."""
    return n // BLOCK


def archive_before(first_listed: int) -> int:
    """The archive that ends just before a list's first release; 0 if there is none."""
    return (first_listed - 1) // BLOCK


def block(k: int) -> range:
    """The releases of archive ``k``, from 1."""
    return range(BLOCK * (k - 1) + 1, BLOCK * k + 1)
