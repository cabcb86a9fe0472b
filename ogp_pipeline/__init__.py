"""OGP Pipeline: from an agency's file to a published, versioned open dataset.

The packages stand in the order in which the data goes, and import only from the left:

    schemas, programme, object_storage, together -> workbooks -> sources -> intake -> validation -> tables -> templates
        -> evaluation -> release -> metadata -> site -> store

``store.protocol`` is the one port that earlier packages may use: it says what a store does, not which one it is.
"""

__version__ = "0.1.0"
