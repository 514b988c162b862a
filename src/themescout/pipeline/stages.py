"""The stages between transcripts and the report: cut, embed, discover, suggest.

Each reads the store, calls one method, writes the store, and may be interrupted at any moment: what it has not
written yet is done again, in the same order and the same batches, so that the outcome is the same.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from themescout import codebook as codebooks
from themescout import curation, embed, segment
from themescout.embed import kept
from themescout.errors import StudyError
from themescout.pipeline import curating, discovering, suggesting
from themescout.project import ENGINE
from themescout.suggest import code_texts
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.protocols import Embedder
    from themescout.types import Segment

    Progress = Callable[[str, int, int], None]

VERSION = "4"  # part of every fingerprint: raise it when a stage would come out otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What a stage did: `fresh` means that nothing had changed and nothing was done. `seconds` of wall clock."""

    stage: str
    fresh: bool
    sentence: str
    seconds: float = 0.0


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that is not shown."""


def load_codebook(study: Study) -> Codebook:
    """The study's codebook, a built-in one or a file in its folder."""
    return codebooks.load(study.settings.study.codebook, folder=study.folder)


def require_suggestions(study: Study) -> None:
    """Raise StudyError where there is nothing to review or report yet."""
    if not study.store.transcripts.hashes():
        raise StudyError(f"{study.folder} has no transcripts.", f"Add some: themescout add {study.folder} FILES")
    if not study.store.suggestions.count():
        raise StudyError(f"{study.folder} has no suggestions yet.", f"Make them: themescout run {study.folder}")


def cut(study: Study, *, progress: Progress = quiet) -> StageResult:
    """Make the segments of every transcript whose segments are missing or were made otherwise."""
    began = time.monotonic()
    store, settings = study.store, study.settings.segment
    wanted = {name: segment.fingerprint(settings, content) for name, content in store.transcripts.hashes().items()}
    todo = store.transcripts.uncut(wanted)
    for i, name in enumerate(todo):
        transcript = store.transcripts.get(name)
        assert transcript is not None, name  # noqa: S101  # `uncut` has just named it
        with store.transaction():
            # Segments that went took their suggestions along; segments that come back do not bring them.
            for stage in ("themes", "suggestions"):
                store.stages.finish(stage, "", store.stages.record(stage))
            store.segments.replace(name, segment.segments(transcript, settings))
            store.transcripts.mark_cut(name, wanted[name])
        progress("segments", i + 1, len(todo))
    sentence = f"{store.segments.count()} segments from {len(wanted)} transcripts"
    return _result("segments", fresh=not todo, sentence=sentence, began=began)


def embed_all(study: Study, *, progress: Progress = quiet) -> StageResult:
    """Embed every segment and every text of the codebook that has no vector yet under the model's key."""
    began = time.monotonic()
    embedder = embed.make(study.settings.embed.model, study.settings.embed.engine)
    book = load_codebook(study)
    said = [item.text for item in study.store.segments.all()]
    codes = [text.embedded for text in code_texts(book)]
    ours = study.settings.study.codebook in codebooks.BUILT_IN
    found, missing = suggesting.trained(book, study.settings), study.store.vectors.missing
    todo = [(embedder, missing(said if ours else [*said, *codes], embedder.key))]
    todo += [(found[1], missing(said, found[1].key))] if found else []
    done = len(missing(codes, embedder.key)) if ours else 0
    total = done + sum(len(texts) for _, texts in todo)
    embed.load([model for model, texts in todo if texts])
    _keep_engine(study)  # not before it is known that it runs here
    if done:
        _add_ours(study, codes, embedder, lambda i, _: progress("vectors", min(i, done), total))
    for model, texts in todo:
        size = getattr(model, "at_once", study.settings.embed.batch)
        for i in range(0, len(texts), size):
            part = texts[i : i + size]
            study.store.vectors.add(part, model.embed(part), model.key)
            done += len(part)
            progress("vectors", done, total)
    sentence = f"{len({*said, *codes})} texts with {embedder.key}"
    return _result("vectors", fresh=not total, sentence=sentence, began=began)


def _add_ours(study: Study, codes: Sequence[str], embedder: Embedder, progress: Callable[[int, int], None]) -> None:
    """Store the vectors of a codebook that comes with themescout; every study needs the same."""
    x = kept.embedded(codes, embedder, study.settings.embed.batch, progress)
    study.store.vectors.add(codes, x, embedder.key)


def _keep_engine(study: Study) -> None:
    """Record which engine embeds the study, so that it is the same on every computer from now on; "" = no choice."""
    model, kept = study.settings.embed.model, study.store.stages.record(ENGINE)
    engine = embed.settled(model, study.settings.embed.engine)
    if model not in kept or not study.store.vectors.count():
        with study.store.transaction():
            study.store.stages.finish(ENGINE, "", {**kept, model: engine})


def discover(study: Study, *, progress: Progress = quiet) -> StageResult:
    """Find candidate themes among all segments."""
    began = time.monotonic()
    embedder = embed.make(study.settings.embed.model, study.settings.embed.engine)
    settings, seed = study.settings.discover, study.settings.seed
    wanted = digest(VERSION, study.store.segments.fingerprint(), embedder.key, repr(settings), str(seed))
    if study.store.stages.fingerprint("themes") == wanted:
        return _result("themes", fresh=True, sentence=f"{study.store.themes.count()} candidate themes", began=began)
    items, x = _segments_with_vectors(study, embedder)
    finding = discovering.find(x, settings, seed, lambda done, total: progress("themes", done, total))
    known, number = curating.remembered(study), study.store.found.next_id()
    groups = [[items[row].id for row in group.rows] for group in finding.groups]
    numbers, following = curation.match(known, groups, next_id=number)
    found, loose = discovering.stored(items, finding, numbers)
    record = {"seed": seed, "vectors": embedder.key, "runs": finding.runs, "sampled": finding.sampled}
    before = _titles(study)
    with study.store.transaction():
        study.store.found.replace(found, next_id=following)
        study.store.loose.replace(loose)
        study.store.stages.finish("themes", wanted, record)  # first, because showing reads what made the vectors
        curating.refresh(study)
        changes = curation.changes(before, _titles(study)) if before else ()
        record["changes"] = [asdict(change) for change in changes]
        study.store.stages.finish("themes", wanted, record)
    sentence = f"{study.store.themes.count()} candidate themes, {curating.outside(study)} segments in none"
    return _result("themes", fresh=False, sentence=sentence, began=began)


def _titles(study: Study) -> dict[int, tuple[str, tuple[str, ...]]]:
    """Number to title and members of the themes as they are shown."""
    return {theme.id: (theme.title, theme.members) for theme in study.store.themes.all()}


def suggest(study: Study, *, progress: Progress = quiet) -> StageResult:
    """Suggest a kind and codes for every segment, and tie the themes to the codebook."""
    began = time.monotonic()
    embedder, book = embed.make(study.settings.embed.model, study.settings.embed.engine), load_codebook(study)
    wanted = digest(
        VERSION, study.store.stages.fingerprint("themes"), study.store.decisions.fingerprint(),
        book.sha256, repr(study.settings.suggest), str(study.settings.seed),
    )  # fmt: skip
    if study.store.stages.fingerprint("suggestions") == wanted:
        curating.settle(study)
        count = study.store.suggestions.count()
        return _result("suggestions", fresh=True, sentence=f"{count} segments with suggestions", began=began)
    items = study.store.segments.all()
    progress("suggestions", 0, len(items))
    matcher, rows = suggesting.fitted(study, book, embedder, items)
    found = matcher.suggest(rows, listed=study.settings.suggest.listed)
    with study.store.transaction():
        study.store.suggestions.replace(found)
        curating.refit(study)
        # Decisions are made with suggestions in view, so this is when a codebook comes into use.
        version = study.store.codebooks.use(book.source_text, at=datetime.now(UTC).isoformat(timespec="seconds"))
        record = {"codebook": book.id, "codebook_version": version, "codebook_sha256": book.sha256}
        record |= {"cards": [asdict(card) for card in matcher.cards_], "promised": matcher.threshold_ is not None}
        study.store.stages.finish("suggestions", wanted, {**record, "decisions": study.store.decisions.count()})
    progress("suggestions", len(items), len(items))
    return _result("suggestions", fresh=False, sentence=_suggested(study, book, matcher, len(found)), began=began)


def _suggested(study: Study, book: Codebook, matcher: Any, count: int) -> str:
    """What was done, and what a person should know about it."""
    log, coder = study.store.decisions.all(), study.settings.suggest.learn_from
    parts = [f"{count} segments with suggestions"]
    if differing := suggesting.contradictions(log, coder):
        parts.append(f"coders differ on {differing} segments, and all of them are learned from")
    if gone := {d.code for d in log if d.code} - {code.id for code in book.codes}:
        parts.append(f"not learned, as the codebook no longer has them: {', '.join(sorted(gone))}")
    if yours := sorted(matcher.yours_alone()):
        parts.append(f"no better than guessing, so yours alone: {', '.join(yours)}")
    return "; ".join(parts)


def _segments_with_vectors(study: Study, embedder: Embedder) -> tuple[tuple[Segment, ...], Any]:
    items = study.store.segments.all()
    return items, study.store.vectors.read([item.text for item in items], embedder.key)


def _result(stage: str, *, fresh: bool, sentence: str, began: float) -> StageResult:
    return StageResult(stage=stage, fresh=fresh, sentence=sentence, seconds=time.monotonic() - began)
