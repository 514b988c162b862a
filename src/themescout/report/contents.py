"""Everything the report says, gathered once, and the words in which all its forms say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from themescout import decisions, participants
from themescout.report import matrix, picture, summary, tables, themes
from themescout.report import trust as trusting
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.report.matrix import Matrix
    from themescout.report.picture import Picture
    from themescout.report.quotes import Quote
    from themescout.report.summary import Imported, Method
    from themescout.report.tables import Coverage, Findings, Table
    from themescout.report.themes import Themes

CONFIRMED = "confirmed"
SUGGESTED = "suggested"

NOTHING_LEFT = (
    "No data left the computer: models are read from disk, and themescout makes no connection to anywhere "
    "while it works. It wrote no text of its own: whatever stands in quotation marks was said in an interview."
)
NUMBERS = (
    "Informants are counted, not passages: somebody who says a thing ten times is one informant. The number of "
    "passages (segments) stands beside it. A code counts as confirmed when at least one coder gave it."
)
POSITIONS = (
    "Every quote is cut from the stored transcript and compared with it when this report is written. Its place is "
    "the turn, counted from 1, and the characters, counted from 0 in the stored text."
)
TRUST = (
    "For each code that has been used: how the suggestions would have done on the decided segments if none of the "
    "interview's decisions had been known. Codes for which the machine is no better than guessing are yours alone."
)
PROMISE = "Prediction sets hold the right codes of a segment with a chance of 90 % on average, by the same check."
NO_PROMISE = "Too little is decided to promise how often the right code is among those named (40 coded segments)."
# Items of COREQ (Tong, Sainsbury and Craig 2007) that no program can know.
FOR_PEOPLE: tuple[tuple[str, str], ...] = (
    ("1–8", "who interviewed, their training, standpoint and relationship with the informants"),
    ("9", "the methodological orientation: this is codebook (framework) analysis; confirm or correct it"),
    ("10–16", "how informants were chosen and approached, how many declined, where they were interviewed"),
    ("17–23", "interview guide, repeats, recording, notes, duration, saturation, return of transcripts to informants"),
    (
        "24–26",
        "how the coders worked (blind to the suggestions? how were differences settled?), changes to the codebook",
    ),
    ("28", "whether informants gave feedback on the findings"),
    ("29–32", "the choice of quotes, deviant cases, and which themes are major or minor"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What one report holds.

    `kinds` says whether the codebook tells barriers from research questions; `matrices` are the framework matrices, one
    for each table, once somebody has written a summary into one of them.
    """

    title: str
    kinds: bool
    findings: Findings
    themes: Themes
    picture: Picture
    transcripts: tuple[Imported, ...]
    method: Method
    trust: trusting.Trust
    matrices: tuple[Matrix, ...] = ()


def gather(study: Study, book: Codebook) -> Contents:
    """Read everything from the store; each quote is checked against its transcript on the way."""
    found, findings = themes.themes(study, book), tables.findings(study, book)
    return Contents(
        title=study.title,
        kinds=bool(book.kinds),
        findings=findings,
        themes=found,
        picture=picture.drawn(study, found),
        transcripts=summary.imported(study),
        method=summary.method(study, book),
        trust=trusting.trust(study, book),
        matrices=_matrices(study, findings),
    )


def _matrices(study: Study, findings: Findings) -> tuple[Matrix, ...]:
    summaries = study.store.summaries.newest()
    if not any(one.body for one in summaries.values()):
        return ()
    items, people = study.store.segments.all(), participants.read(study.participants_file)
    decided = {one.segment for one in decisions.standing(study.store.decisions.all())}
    return tuple(
        matrix.build(table, items, people, summaries, decided, matrix.by_cell(table)) for table in findings.confirmed
    )


def noun(kind: Kind | None, *, kinds: bool) -> str:
    """What the rows of a table of this kind are called, in the plural."""
    named = {Kind.BARRIER: "barriers", Kind.RESEARCH_QUESTION: "research questions"}
    if kind in named:
        return named[kind]
    return "codes without a kind" if kinds else "codes"


def subject(contents: Contents) -> str:
    """What the whole report is about."""
    return "barriers and research questions" if contents.kinds else "codes"


def about(contents: Contents) -> str:
    """What this report is, in one paragraph."""
    return (
        f"This report sorts what {contents.findings.informants:,} informants said in {len(contents.transcripts):,} "
        f"interviews into the categories of a codebook, as {subject(contents)}. It belongs to codebook (framework) "
        "analysis. The machine suggests; a person decides. The confirmed tables hold only what a person has "
        "confirmed; what the machine merely suggests is set apart from them. The candidate themes are groups of "
        "similar passages that the machine found: a start for reading, not a finding."
    )


def status(table: Table) -> str:
    """The word in the column `status`."""
    return CONFIRMED if table.confirmed else SUGGESTED


def silence(table: Table, coverage: Coverage) -> str:
    """What stands in a category without rows. Nobody raised it only once everything was looked at."""
    if not table.confirmed:
        return "Nothing suggested."
    if not coverage.decided:
        return "Nothing decided yet."
    if coverage.decided < coverage.segments:
        seen = f"{coverage.decided:,} of {coverage.segments:,} segments"
        return f"Nobody raised this in what has been decided so far ({seen})."
    return "Nobody raised this."


def place(quote: Quote) -> str:
    """Who says it and where: participant, transcript, turn, characters."""
    who = "" if quote.participant == quote.transcript else f"{quote.participant}, "
    turn = f"turn {quote.turn}, " if quote.turn else ""
    return f"{who}{quote.transcript}, {turn}characters {quote.start}–{quote.end}"


def speaker(quote: Quote) -> str:
    """Who says it, briefly: participant, transcript, turn."""
    return place(quote).rpartition(", characters")[0]


def share(part: int, whole: int) -> str:
    """A whole number of per cent; "–" of nothing."""
    return f"{round(100 * part / whole)} %" if whole else "–"


def coverage_lines(contents: Contents) -> tuple[tuple[str, str], ...]:
    """How much was coded, as pairs of words and numbers."""
    c = contents.findings.coverage
    verdicts = c.accepted + c.changed + c.rejected + c.added + c.unsure
    people = f"{len(c.coders)} ({', '.join(c.coders)})" if c.coders else "0"
    return (
        ("Segments of informants' speech", f"{c.segments:,}"),
        ("Decided by a person", f"{c.decided:,} ({share(c.decided, c.segments)})"),
        ("… with a confirmed code", f"{c.confirmed:,}"),
        ("… nothing to code", f"{c.nothing_to_code:,}"),
        ("Not decided, with a suggestion", f"{c.suggested:,}"),
        ("Not decided, the machine suggests nothing", f"{c.abstained:,}"),
        ("Suggestions accepted", f"{c.accepted:,} ({share(c.accepted, verdicts)} of decisions)"),
        ("Suggestions changed", f"{c.changed:,} ({share(c.changed, verdicts)})"),
        ("Rejected as nothing to code", f"{c.rejected:,} ({share(c.rejected, verdicts)})"),
        ("Codes added by hand", f"{c.added:,} ({share(c.added, verdicts)})"),
        ("Left as unsure", f"{c.unsure:,} ({share(c.unsure, verdicts)})"),
        ("Coders", people),
        ("Segments decided by two or more coders", f"{c.double:,}"),
        ("Entries in the decision log, undone ones included", f"{c.decisions:,}"),
    )


def warnings(contents: Contents) -> tuple[str, ...]:
    """What a reader should hold against the coding, in sentences."""
    c = contents.findings.coverage
    made = []
    if c.decided and not c.added:
        made.append(
            "No code was added by hand. A machine overlooks things; where people add nothing, ask whether "
            "anyone read for what it missed."
        )
    if c.decided and c.decided < c.segments:
        made.append(
            f"{c.segments - c.decided:,} of {c.segments:,} segments have not been looked at. The numbers of "
            "informants in the confirmed tables can still grow."
        )
    return tuple(made)


def method_lines(contents: Contents) -> tuple[tuple[str, str], ...]:
    """Software, model, runs, codebook: what COREQ item 27 and a reviewer ask for."""
    m = contents.method
    found = contents.themes
    summed = f"{len(found.views)} from {m.runs} runs; {len(found.loose):,} segments in no theme"
    return (
        ("Software", f"{m.software}, Python {m.python}"),
        ("Libraries", ", ".join(f"{name} {number}" for name, number in m.libraries)),
        ("Model of the vectors", m.vectors or "none yet"),
        ("Candidate themes", summed if m.runs else "not looked for yet"),
        ("Seed", str(m.seed)),
        ("Codebook", " ".join(part for part in (m.codebook, m.codebook_version) if part)),
        ("SHA-256 of the codebook", m.codebook_sha256),
    )


def setting_lines(contents: Contents) -> tuple[tuple[str, str], ...]:
    """Every setting by its full name."""
    made = []
    for name, value in contents.method.settings.items():
        inner: Mapping[str, object] = value if isinstance(value, dict) else {"": value}
        for key, item in inner.items():
            shown = ", ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)
            made.append((f"{name}.{key}".rstrip("."), shown or "(empty)"))
    return tuple(made)
