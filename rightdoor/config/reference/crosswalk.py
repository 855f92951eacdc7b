"""The page about the crosswalk, made from the data that the exports ask."""

from __future__ import annotations

from rightdoor.packs.crosswalk import FITS, NEWEST, READ, VERSIONS, Crosswalk, crosswalk


def page() -> str:
    """Whose words they are and how much of them was read, then every list of ours in each of them."""
    read = crosswalk(NEWEST)
    lines = [
        "# The crosswalk\n",
        f"Version {read.version}, shipped as `rightdoor/packs/{VERSIONS[read.version]}` and checked when it is read."
        " How the codes of this house stand to those of others. Only codes that were read in the others' own papers"
        " stand here; what could not be read is said to be unknown. The three kinds of missing (not asked; asked, not"
        " known; not told) are kept apart in the house and fall together only in an export. A version is never changed"
        " once something was exported by it: a change is a new file.\n",
        "## Whose words\n",
        "| | Edition | Kept by | How much was read | |",
        "|---|---|---|---|---|",
    ]
    for one in read.vocabularies:
        lines.append(f"| [{one.label}]({one.source}) | {one.edition} | {one.keeper} | {READ[one.read]} | {one.note} |")
    lines.append("\n## How well a code fits\n")
    lines += [f"- **{fit}**: {words}" for fit, words in FITS.items()]
    lines.append("")
    for vocabulary in read.vocabularies:
        lines += _of(read, vocabulary.key)
    lines.append("A list or a field that does not stand here is not mapped.")
    return "\n".join(lines) + "\n"


def _of(read: Crosswalk, key: str) -> list[str]:
    vocabulary = read.vocabulary(key)
    lines = [f"## {vocabulary.label}\n"]
    for field in vocabulary.fields:
        more = f", and {field.more} more that nothing of ours is mapped to" if field.more else ""
        lines.append(f"**{field.key}** ({field.label.lower()}): {', '.join(field.codes) or 'no code read'}{more}.\n")
        for found in read.maps:
            if (found.theirs, found.field) == (key, field.key):
                lines += [f"| our {found.ours} | {field.key} | fit | |", "|---|---|---|---|"]
                lines += [f"| {one.code} | {', '.join(one.to)} | {one.fit} | {one.note} |" for one in found.lines]
                lines.append("")
    return lines
