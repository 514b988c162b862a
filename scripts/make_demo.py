"""Write the demo study's files from the interviews as they were invented.

    python scripts/make_demo.py

From `data/demo/source/*.txt` it makes `data/demo/wave1/` and `data/demo/wave2/`, one interview per file and
one format per interview, with the label habits of the programs and people that such files come from; from
`data/gold/demo/*.jsonl` it makes `data/gold/demo.jsonl` and the counts in `data/gold/README.md`.
A second run changes nothing.

Demo note: KI08.pdf is written by fpdf2 (`pip install fpdf2`), which nothing else needs.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import demo_formats as formats
from demo_formats import WORD_S, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

DATA = Path(__file__).parents[1] / "data"
PAUSE_S = 0.8  # between two turns
BEGIN_S = 3.0  # nobody speaks from the first second


class Plan(NamedTuple):
    """What becomes of one source: the file, its writer and the two speakers' labels."""

    file: str
    write: Callable[[Sequence[Turn], str], bytes]
    asks: str
    answers: str


PLANS: Mapping[str, Plan] = {
    "P01": Plan("wave1/KI01.docx", formats.docx_bold, "Interviewer", "KI01"),
    "P02": Plan("wave1/KI02.txt", formats.txt_windows, "I", "R"),
    "P03": Plan("wave1/KI03.vtt", formats.vtt_teams, "Interviewer", "KI03"),
    "P04": Plan("wave1/KI04.odt", formats.odt_colons, "INT", "KI04"),
    "P05": Plan("wave1/KI05.md", formats.markdown, "Interviewer", "KI05"),
    "P06": Plan("wave1/KI06.srt", formats.srt, "Interviewer", "KI06"),
    "P07": Plan("wave1/KI07.rtf", formats.rtf, "Interviewer", "KI07"),
    "P08": Plan("wave1/KI08.pdf", formats.pdf, "Interviewer", "Respondent"),
    "P09": Plan("wave1/KI09.json", formats.whisperx, "SPEAKER_00", "SPEAKER_01"),
    "P10": Plan("wave1/KI10.txt", formats.otter, "Interviewer", "KI10"),
    "P11": Plan("wave1/KI11.docx", formats.docx_transcribed, "Speaker 1", "Speaker 2"),
    "P12": Plan("wave1/KI12.vtt", formats.vtt_zoom, "Interviewer", "KI12"),
    "P13": Plan("wave1/KI13.xlsx", formats.xlsx, "Interviewer", "KI13"),
    "P14": Plan("wave1/KI14.csv", formats.csv_semicolons, "Interviewer", "KI14"),
    "Q01": Plan("wave2/KI21.docx", formats.docx_colons, "I", "P1"),
    "Q02": Plan("wave2/KI22.txt", formats.txt_utf16, "Interviewer", "Participant"),
    "Q03": Plan("wave2/KI23.vtt", formats.vtt_teams, "Interviewer", "KI23"),
    "Q04": Plan("wave2/KI24.odt", formats.odt_bold, "Interviewer", "KI24"),
}


def turns_of(source: str, plan: Plan) -> Iterator[Turn]:
    """The turns of a source, with the labels of `plan` and times at 150 words a minute."""
    now = BEGIN_S
    for paragraph in filter(str.strip, source.split("\n")):
        label, words = paragraph.split(": ", 1)
        asks, end = label == "I", now + WORD_S * len(words.split())
        yield Turn(label=plan.asks if asks else plan.answers, asks=asks, text=words.strip(), start_s=now, end_s=end)
        now = end + PAUSE_S


def transcript_id(source: str) -> str:
    """`KI01` for `P01`: the stem of its file."""
    return Path(PLANS[source].file).stem


def gold_rows(data: Path) -> list[dict[str, Any]]:
    """The gold coding of all interviews, under the ids that the files have once imported."""
    lines = (
        (source, line)
        for source in PLANS
        for line in (data / "gold" / "demo" / f"{source}.jsonl").read_text("utf-8").splitlines()
    )
    return [{**json.loads(line), "doc": transcript_id(source)} for source, line in lines if line]


def counts(rows: Sequence[Mapping[str, Any]]) -> str:
    """Passages and informants per kind and per code, as two Markdown tables."""
    return f"{kind_counts(rows)}\n\n{code_counts(rows)}"


def kind_counts(rows: Sequence[Mapping[str, Any]]) -> str:
    waves = {transcript_id(source): plan.file[:5] for source, plan in PLANS.items()}
    seen = Counter((row["kind"], waves[row["doc"]]) for row in rows)
    head = "| kind | wave 1 | wave 2 |\n| --- | --- | --- |"
    kinds = sorted({kind for kind, _ in seen})
    return "\n".join([head, *(f"| {kind} | {seen[kind, 'wave1']} | {seen[kind, 'wave2']} |" for kind in kinds)])


def code_counts(rows: Sequence[Mapping[str, Any]]) -> str:
    uses = Counter((code, row["kind"]) for row in rows for code in row["codes"])
    lines = ["| code | barrier | research_question | informants |", "| --- | --- | --- | --- |"]
    for code in sorted({code for code, _ in uses}):
        who = {row["doc"] for row in rows if code in row["codes"]}
        lines.append(f"| {code} | {uses[code, 'barrier']} | {uses[code, 'research_question']} | {len(who)} |")
    return "\n".join(lines)


def with_counts(readme: str, table: str) -> str:
    """`readme` with `table` between its two marks."""
    before, _, rest = readme.partition("<!-- counts -->\n")
    _, mark, after = rest.partition("\n<!-- /counts -->")
    return f"{before}<!-- counts -->\n{table}{mark}{after}"


def build(data: Path, target: Path) -> tuple[Path, ...]:
    """Write everything that is made from `data` below `target`; return what was written."""
    made: dict[str, bytes] = {}
    for source, plan in PLANS.items():
        turns = tuple(turns_of((data / "demo" / "source" / f"{source}.txt").read_text("utf-8"), plan))
        made[f"demo/{plan.file}"] = plan.write(turns, transcript_id(source))
    rows = gold_rows(data)
    made["gold/demo.jsonl"] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    readme = (data / "gold" / "README.md").read_text("utf-8")
    made["gold/README.md"] = with_counts(readme, counts(rows)).encode()
    for name, content in made.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return tuple(target / name for name in made)


if __name__ == "__main__":
    print("\n".join(str(path.relative_to(DATA)) for path in build(DATA, DATA)))
