"""Writing a comparison: a page, a workbook, the CSV files and the figures, each whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from themescout.comparison.pages import cells, figures, page
from themescout.report import sheets
from themescout.report.files import replaced
from themescout.text import digest, slug

if TYPE_CHECKING:
    from pathlib import Path

    from themescout.comparison.model import Comparison

_LONGEST = 60  # characters of a wave's name in a file's name


def write(found: Comparison, folder: Path) -> tuple[Path, ...]:
    """Write everything into `folder`; the page comes first in what is returned. Same comparison, same bytes.

    Figures of an earlier comparison of the same wave that there is nothing to draw for any more are taken away.

    Raises:
        FileProblemError: a file cannot be written.
    """
    base = stem(found)
    made: dict[Path, bytes] = {
        folder / f"{base}.html": _bytes(page.render(found)),
        folder / f"{base}.xlsx": workbook(found),
    }
    tables = cells.grids(found, base)
    made |= {folder / "csv" / grid.file: sheets.csv_file([grid]) for grid in tables}
    made[folder / "csv" / f"{base}.txt"] = _bytes(_README.format(base=base))
    drawn = figures.figures(found)
    made |= {folder / "figures" / f"{base}-{one.key}.svg": _bytes(page.svg(one, found)) for one in drawn}
    made[folder / "figures" / f"{base}.txt"] = _bytes(_captions(drawn, base))
    for path, content in made.items():
        with replaced(path) as half:
            half.write_bytes(content)
    for key in figures.KEYS:
        path = folder / "figures" / f"{base}-{key}.svg"
        if path not in made:
            path.unlink(missing_ok=True)
    return tuple(made)


def stem(found: Comparison) -> str:
    """What the files' names begin with, whatever the wave is called; waves called otherwise get other names."""
    name = found.new.name or found.new.title
    safe = slug(name)[:_LONGEST]
    return f"compare-{safe}" if safe == name.replace(" ", "-") else f"compare-{safe}-{digest(name)[:6]}"


def workbook(found: Comparison) -> bytes:
    """The tables as one workbook."""
    return sheets.workbook(f"{found.study}: {found.new.title}", cells.grids(found, stem(found)))


def _bytes(text: str) -> bytes:
    # A letter that no file can hold (half of a pair, from a codebook's escapes) must not stop the rest.
    return text.encode("utf-8", "replace")


def _captions(drawn: tuple[figures.Figure, ...], base: str) -> str:
    return "".join(f"{base}-{one.key}.svg\n{one.title}. {one.caption}\n\n" for one in drawn) or "No figures.\n"


_README = """\
These tables belong to {base}.html and {base}.xlsx in the folder above.

{base}-about.csv
    What is compared, what so few informants could show, the plan, what was not done and why, the whole, the method.
{base}-rows.csv
    One row for each category, code and theme. "old_…" is the earlier wave, "new_…" the new one; "informants" of "of"
    said it, "only_when_asked" of them only after the interviewer had named it. Shares, intervals and p are in 0 to 1;
    "low" and "high" are the ends of the 95 % interval by Wilson, "exact_low" and "exact_high" by Clopper and Pearson,
    "difference" is new less old, with Newcombe's interval. "basis" is "confirmed" (by a person), "suggested" or
    "placed" (by the machine). "p" is empty where no test was declared.
    "stands" says whether what is claimed holds without each informant in turn, "not_without" those without whom it
    does not.
{base}-candidates.csv
    Candidate new themes: groups of new segments that the machine found. Not findings.
{base}-segments.csv
    Every segment of the new wave: where it goes, and how unlike the earlier interviews it is ("p" is conformal).
    "start" and "end" count characters (Unicode code points) of the transcript as themescout stores it, from 0; the
    character at "end" is the first that no longer belongs to the quote. "turn" counts from 1.
{base}-baseline.csv
    What an earlier study names, and what may be said of it.
{base}-meaning.csv
    Themes heard in both waves, and the drift of their centres.
{base}-quotes.csv
    The quotes on the page. "why" is "says it", "nearest" (to a candidate) or "looked at" (before something was called
    not heard).

Every p is a descriptive aid, not inference to a population: informants are chosen on purpose.
All files are UTF-8 with a byte order mark, so that Excel shows letters of all languages.
A cell that begins with = + - @ or a tab has an apostrophe before it, so that no spreadsheet program takes it for a
formula. Take that one apostrophe away to have the words as they were said.
"""
