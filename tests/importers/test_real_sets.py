"""The real interview sets beside the repository import with sensible turns, speakers and roles."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from themescout import importers
from themescout.types import Role, Transcript

DATA = (Path(__file__).parents[2] / "../shared/data").resolve()
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the real interview sets do not lie beside the repository"),
]
SERDIF = "serdif_usability/raw/data/transcripts/raw"
PDPILOT = "pdpilot_interviews/raw/results/transcripts"


def roles(transcript: Transcript) -> dict[str, Role]:
    return {speaker.label: speaker.role for speaker in transcript.speakers}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def share_found(folder: str, transcripts: list[Transcript], labels: str) -> float:
    """Share of coded segments whose words, labels and white space aside, lie in the turns; 0..1."""
    speech = {t.name: "".join(squeezed(t.speech(turn)) for turn in t.turns) for t in transcripts}
    label = re.compile(rf"(?:^|(?<=\s))(?:{labels}):")
    rows = [json.loads(row) for row in (DATA / folder / "segments.jsonl").read_text("utf-8").splitlines()]
    return sum(squeezed(label.sub("", row["text"])) in speech[row["doc"]] for row in rows) / len(rows)


def test_a_table_of_interviews_has_three_known_speakers_in_each() -> None:
    transcripts = importers.read(DATA / "anthropic_interviewer/scientists_transcripts.csv")
    assert len(transcripts) == 125
    for transcript in transcripts:
        assert roles(transcript) == {
            "Assistant": Role.INTERVIEWER,
            "User": Role.INFORMANT,
            "AI": Role.INTERVIEWER,
        }
        informants = [transcript.speech(t) for t in transcript.turns if t.role is Role.INFORMANT]
        assert not [text for text in informants if re.search(r"^(?:AI|Assistant): ", text, re.MULTILINE)]


def test_markdown_dialogues_have_the_same_speakers() -> None:
    paths = sorted((DATA / "anthropic_interviewer/workforce").glob("0*.md"))[:200]
    complete = [t for path in paths for t in importers.read(path) if len(t.speakers) == 3]
    assert len(complete) > 0.9 * len(paths)
    assert {label: role for t in complete for label, role in roles(t).items()} == {
        "Assistant": Role.INTERVIEWER,
        "User": Role.INFORMANT,
        "AI": Role.INTERVIEWER,
    }
    assert complete[0].text.startswith("Dialog 00001\nTranscript ID:")


def test_numbered_prompts_with_indented_answers() -> None:
    transcripts = [importers.read(path)[0] for path in sorted((DATA / SERDIF).glob("*.odt"))]
    for transcript in transcripts:
        assert roles(transcript) == {
            "Prompt": Role.INTERVIEWER,
            "Participant": Role.INFORMANT,
            "MODERATOR": Role.INTERVIEWER,
        }
    assert share_found("serdif_usability", transcripts, "MODERATOR") > 0.995


def test_pdf_interviews() -> None:
    transcripts = [importers.read(path)[0] for path in sorted((DATA / PDPILOT).glob("*.pdf"))]
    for transcript in transcripts:
        assert roles(transcript) == {"Dan": Role.INTERVIEWER, "Participant": Role.INFORMANT}
    assert share_found("pdpilot_interviews", transcripts, r"Dan|Partici?pant") > 0.99
