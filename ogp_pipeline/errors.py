"""Every exception the package raises on purpose.

    OgpError
    ├── ProgrammeError      the programme file (or a mapping it names) is wrong
    │   └── HubError        a hub's file is wrong
    ├── SchemaError         a file under schemas/ is wrong
    ├── SourceError         a source could not be read at all (unreachable, too large, not there)
    ├── StoreError          the store cannot do what it must
    │   ├── UnsafeStore     it ignores conditional writes: refused by the probe
    │   ├── StoreRefused    it refuses us: a wrong key, no such bucket, no such host; another try changes nothing
    │   └── BrokenHistory   what is published contradicts itself (verify names what)
    │       └── AnotherLedger   the private store is not the one that the newest release was computed from
    ├── OlderSoftware       newer software made what stands, with schemas or a format that this one does not know
    ├── DamagedState        a checkpoint of the state cannot be used: the next run makes it again
    │   └── ForeignState    it is whole, and of other software or schemas
    ├── LostRace            another publisher holds the number; nothing of ours is visible
    ├── LedgerMoved         something was accepted since the delivery was examined: examine it again
    ├── WrongUse            a command was asked for what it does not do: another option, name or folder is to be given
    └── NotFound            no such release, key or delivery
        └── UnknownName     nothing bears the name that somebody asked for: a table, source, supplier, metric …

What a supplier got wrong is never an exception: it is a ``Problem`` in a receipt.
"""

from collections.abc import Iterable


class OgpError(Exception):
    """Base class. The message says what happened, where, and what to do."""


class ProgrammeError(OgpError):
    """Raised by ``programme.load`` with all mistakes at once, one per line, each with its line number."""

    FILE = "the programme file"

    def __init__(self, path: str, mistakes: list[tuple[int | None, str]]) -> None:
        self.path = path
        self.mistakes = mistakes
        lines = [f"{path}{'' if line is None else f':{line}'}: {text}" for line, text in mistakes]
        count = len(mistakes)
        super().__init__(f"{count} mistake{'s' if count != 1 else ''} in {self.FILE}:\n" + "\n".join(lines))

    def __reduce__(self) -> tuple[type["ProgrammeError"], tuple[object, ...]]:
        """So that it can come from another process."""
        return type(self), (self.path, self.mistakes)


class HubError(ProgrammeError):
    """Raised by ``hub.file.load`` with all mistakes of a hub's file, each with its line number."""

    FILE = "the hub's file"


class SchemaError(OgpError):
    """Raised by ``schemas`` when a table, field or code list is malformed."""


class SourceError(OgpError):
    """Raised by ``sources`` when nothing could be fetched; the run records it against that source."""


class StoreError(OgpError):
    """Raised by ``store`` when an operation cannot be carried out or its result stays in doubt."""


class UnsafeStore(StoreError):
    """Raised by the probe: the store answers a conditional write as if it had no condition."""


class StoreRefused(StoreError):
    """Raised where a store cannot be used until somebody changes something: keys, a policy, a name, the clock."""


class BrokenHistory(StoreError):
    """Raised by readers of a store whose log or files contradict their own hashes."""


class AnotherLedger(BrokenHistory):
    """Raised by ``succession``: the private store does not hold the ledger entry that a release names."""


class OlderSoftware(OgpError):
    """Raised before anything is written: newer schemas or a newer format stand. Says which software to install."""


class LostRace(OgpError):
    """Raised by ``store.publish`` when another publisher committed the number with other content."""


class LedgerMoved(OgpError):
    """Raised by ``intake.ledger.append``: the verdict rests on an older ledger than the one that stands now."""


class WrongUse(OgpError):
    """Raised before anything is done: what was asked for cannot be meant, and the message says what can."""


class NotFound(OgpError):
    """Raised when a release, key or delivery that was asked for does not exist."""


class UnknownName(NotFound):
    """Raised when nothing bears the name that was asked for. Says the nearest name that there is, and the others."""

    SHOWN = 20  # names: of ninety, those behind a line nobody reads

    def __init__(self, what: str, name: str, names: Iterable[str], of: str = "") -> None:
        """``what`` it should be, such as ``table``. ``of``: to what the names belong, if they are not all there are."""
        import difflib  # here: see ``version``, which each process that opens a workbook imports, and this with it

        self.arguments = (what, name, tuple(names), of)
        every = self.arguments[2]
        near = difflib.get_close_matches(name.casefold(), {each.casefold() for each in every}, n=1)
        nearest = next((each for each in every if near and each.casefold() == near[0]), None)
        guess = f" Did you mean `{nearest}`?" if nearest else ""
        more = f" and {len(every) - self.SHOWN} more" if len(every) > self.SHOWN else ""
        rest = f"There are: {', '.join(every[: self.SHOWN])}{more}" if every else "There is none"
        super().__init__(f"{f'{of} has' if of else 'there is'} no {what} `{name}`.{guess} {rest}")

    def __reduce__(self) -> tuple[type["UnknownName"], tuple[object, ...]]:
        """So that it can come from another process."""
        return UnknownName, self.arguments


def check_name(what: str, name: str | None, names: Iterable[str]) -> None:
    """UnknownName if nothing bears the name. None: nobody has asked for one."""
    every = tuple(names)
    if name is not None and name not in every:
        raise UnknownName(what, name, every)


class DamagedState(OgpError):
    """A checkpoint that cannot be used: it is damaged, or not of this ledger, these schemas or this way to fold."""


class ForeignState(DamagedState):
    """It is whole, and of other software or schemas: so it is after every update, until the next run."""
