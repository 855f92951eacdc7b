"""A state is a pack: everything that differs from one jurisdiction to the next, as data.

Rules are Python (`rightdoor.domain`); numbers and words are files in a folder under `jurisdictions/`.
A pack may choose among what the rules can do. It cannot bring new logic, and it holds no client.

Start at `pack.py`: its frozen dataclasses are also the schema of the files. `read.py` turns a folder into a
`Pack`, `check.py` says what is wrong with one (file, key, sentence, remedy), `words.py` answers in a language.

    from rightdoor.packs.read import load_pack
    pack = load_pack(Path("jurisdictions/example"))   # raises PackUnsound
    pack.word("area", "es", plural=True)
    [tier.due_hours for tier in pack.tiers]
"""
