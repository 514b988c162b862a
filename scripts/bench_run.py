"""`themescout run`, from a cold process to the report, beside a plain script that does the part of it that it can.

    python scripts/bench_run.py [--segments 1000] [--interviews 14] [--pairs 5] [--engine auto]
                                [--bertopic-python /path/to/venv/bin/python]

The interviews are the first of anthropic_interviewer/workforce, by name: at least so many of them, and as many as give
so many segments. `themescout new` and `add` are done beforehand. Ours cuts them, embeds the segments, finds and
describes themes, suggests codes and writes the report with its tables and figures. The plain script reads the same
segments from a file, embeds them with sentence-transformers and the same model, fits BERTopic with its defaults and
writes its topics to a CSV. Each is run once beforehand, so that what the first run on a computer prepares (compiled
code, the encoder, the disk's cache) is charged to neither; then in pairs.
BERTopic: pip install -c constraints.txt ".[bench]".
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks import run_study, spoken
from benchmarks.engine_speed import model_folder
from benchmarks.turns import Way, in_turn, process, rendered

# The arguments are SEGMENTS.json, TOPICS.csv and the model.
PLAIN = """
import json, sys
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
model = SentenceTransformer(sys.argv[3])
topics = BERTopic(embedding_model=model)
topics.fit(texts, embeddings=model.encode(texts, show_progress_bar=False))
topics.get_topic_info().to_csv(sys.argv[2], index=False)
"""


def compared(given: argparse.Namespace, top: Path) -> str:
    """The table."""
    taken = run_study.from_data(given.data, segments=given.segments, interviews=given.interviews)
    study = run_study.added(top / "added", taken)
    words = top / "segments.json"
    words.write_text(json.dumps(taken.texts), "utf-8")

    def ours() -> float:
        copy = shutil.copytree(study, top / "copy")
        seconds = process([*run_study.PROGRAM, "run", str(copy)], {"THEMESCOUT_EMBED_ENGINE": given.engine})
        if (found := run_study.segments_of(copy)) != len(taken.texts):
            sys.exit(f"The study has {found} segments, the script {len(taken.texts)}.")
        shutil.rmtree(copy)
        return seconds

    def plain() -> float:
        return process([given.bertopic_python, "-c", PLAIN, str(words), str(top / "topics.csv"), model_folder()])

    ways = [Way(name="sentence-transformers and BERTopic", once=plain), Way(name="themescout run", once=ours)]
    in_turn(ways, 1)
    found = in_turn(ways, given.pairs)
    return f"### {taken.sentence}; {given.pairs} pairs, engine {given.engine}\n\n{rendered(found)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=1000, help="as many as give so many (default 1,000)")
    parser.add_argument("--interviews", type=int, default=14, help="at least so many (default 14)")
    parser.add_argument("--pairs", type=int, default=5, help="(default 5)")
    parser.add_argument("--engine", default="auto", choices=("auto", "int8", "torch", "static"))
    parser.add_argument("--bertopic-python", default=sys.executable, help="an interpreter that has BERTopic")
    parser.add_argument("--data", type=Path, default=spoken.DATA, help="where the sets lie (default %(default)s)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(compared(given, Path(folder)))


if __name__ == "__main__":
    main()
