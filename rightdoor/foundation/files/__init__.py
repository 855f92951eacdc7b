"""Files: what people put on a record, from the moment it arrives until somebody reads it.

Words: the *original* is what arrived, byte for byte; the *safe copy* is made anew from what the original shows and
holds nothing else of it; *quarantine* is where an original waits until it was checked and copied. A file's *kind* is
what its content and its name both say that it is.

Everything is sealed before it is stored, each file under a key of its own, and nothing of it ever lies in clear on a
disk. What arrives is only ever opened by a process without network, files or much memory (``worker.py``).

It will never hold a rule about who may read a file, nor a recording of an interview.
"""
