"""What a run came to: counts of themes and codes, and a manifest of what was read, from the files in its folder.

All of it is made from what lies there, in the order of partitions; so it is the same whoever worked and however often.
"""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import asdict, dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from themescout import __version__
from themescout.batch import folder, receipts, working
from themescout.batch.events import Summary
from themescout.batch.inputs import middle, planning
from themescout.batch.sampling import sample_report
from themescout.batch.tally import Tally
from themescout.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from themescout.batch.applying.yardstick import Yardstick
    from themescout.batch.course import Course
    from themescout.batch.events import Options, Share
    from themescout.batch.inputs.listing import Listing
    from themescout.batch.inputs.planning import SplitReceipt
    from themescout.batch.model import Refusal, Source
    from themescout.batch.sampling.sample_report import SampleReport
    from themescout.settings import Settings

MANIFEST = "manifest.json"
THEMES = "themes.csv"
CODES = "codes.csv"
SAMPLE = "sample.json"
_FORMAT = 1
_SECTIONS = ("segment", "embed", "suggest")  # the study's settings that shape the outcome
_SAMPLED = ("segment", "embed", "discover")  # the same without a study


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """On what a run rests: what was applied, how, and when this call began (`time.perf_counter`)."""

    yardstick: Yardstick
    settings: Settings
    options: Options
    begun: float


def finish(course: Course, listed: Listing, header: Header) -> Summary:
    """Count what lies in the run's folder, write tables and manifest there, and clear away what is not needed again.

    The manifest is written last of all: where it lies, the run was finished once.

    Raises:
        BatchError: a file is damaged, or nothing can be written.
    """
    place, counting = course.place, time.perf_counter()
    for name in course.ledger.left_over:
        place.remove(receipts.file_of(name))
    for name in course.ledger.reached:
        place.remove(folder.record_of(name, again=True))
    tally = Tally()
    for name in sorted(course.names):
        if name in course.ledger.refused:
            tally.refused += course.ledger.refusals(name)
        else:
            tally.add(name, place.read(receipts.file_of(name)))
    splits = planning.split_receipts(place, listed.sources)
    refused = tuple(chain(listed.refused, *(split.refused for split in splits), tally.refused))
    course.tell_refused(refused)
    course.seconds["count"] = time.perf_counter() - counting
    summary = _summary(course, listed, header, tally, refused)
    manifest = _manifest(listed, header, tally, splits, refused) | {"timing": _timing(course, header)}
    sample = header.yardstick.sample
    place.write(THEMES, _table("theme", "name", summary.themes, sample))
    if sample:
        manifest["sample"] = sample_report.as_plain(sample, summary.themes)
        place.write(SAMPLE, _json(manifest["sample"]))
    else:
        place.write(CODES, _table("code", "category", summary.codes))
        place.remove(working.YARDSTICK)  # the study has it; that of a sample is nowhere else
    place.write(MANIFEST, _json(manifest))
    place.remove(middle.FOLDER)
    folder.sweep(place)  # workers that were killed while they wrote
    return summary


def _summary(course: Course, listed: Listing, header: Header, tally: Tally, refused: tuple[Refusal, ...]) -> Summary:
    yardstick = header.yardstick
    themes = tally.shares("theme", yardstick.themes.items())
    return Summary(
        folder=course.place.url,
        study=yardstick.title,
        inputs=len(listed.sources),
        passed_over=len(listed.passed_over),
        partitions=len(course.names),
        before=course.before,
        texts=tally.texts,
        words=tally.words,
        documents=tally.documents,
        refused=refused,
        themes=themes,
        codes=() if yardstick.sample else tally.shares("code", yardstick.codes.items()),
        seconds=time.perf_counter() - header.begun,
        sample=sample_report.sentences(yardstick.sample, themes) if yardstick.sample else (),
    )


def _manifest(
    listed: Listing, header: Header, tally: Tally, splits: Sequence[SplitReceipt], refused: Sequence[Refusal]
) -> dict[str, Any]:
    yardstick, settings = header.yardstick, header.settings.as_dict()
    hashes = tally.hashes | {split.source: split.sha256 for split in splits}
    return {
        "format": _FORMAT,
        "themescout": __version__,
        "study": yardstick.title,
        "yardstick": yardstick.fingerprint,
        "models": list(yardstick.keys),
        "seed": header.settings.seed,
        "partition": header.options.partition,
        "rows": header.options.rows,
        "vectors": header.options.vectors,
        "settings": {section: settings[section] for section in (_SAMPLED if yardstick.sample else _SECTIONS)}
        | {"interviewers": settings["study"]["interviewers"]},
        "totals": {
            "inputs": len(listed.sources),
            "refused": len(refused),
            "partitions": len(tally.partitions),
            "documents": tally.documents,
            "texts": tally.texts,
            "words": tally.words,
        },
        "inputs": [_input(source, tally, hashes) for source in listed.sources],
        "passed_over": list(listed.passed_over),
        "refused": [asdict(item) for item in refused],
        "partitions": [{"name": name, "texts": texts, "sha256": sha256} for name, texts, sha256 in tally.partitions],
    }


def _input(source: Source, tally: Tally, hashes: dict[str, str]) -> dict[str, Any]:
    return {
        "path": source.path,
        "form": source.form.value,
        "bytes": source.bytes,
        "sha256": hashes.get(source.path, ""),
        "texts": tally.sources[source.path],
    }


def _timing(course: Course, header: Header) -> dict[str, Any]:
    """Of this call alone; seconds of parts are added up over workers."""
    options = header.options
    return {
        "engine": "dask" if options.scheduler else options.engine,
        "seconds": round(time.perf_counter() - header.begun, 3),
        "parts": {part: round(seconds, 3) for part, seconds in sorted(course.seconds.items())},
        "done_before": course.before,
    }


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _table(what: str, name: str, shares: Iterable[Share], sample: SampleReport | None = None) -> bytes:
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([what, name, "texts", "documents", "share", *(sample_report.headings() if sample else ())])
    for item in shares:
        more = sample_report.cells(sample, item.key) if sample else ()
        writer.writerow(guarded((item.key, item.name, item.texts, item.documents, f"{item.share:.6f}", *more)))
    return made.getvalue().encode("utf-8-sig")
