"""What suggestions of a study or a table are made with: rows with their vectors, decisions, and what was trained."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from themescout import decisions, embed, plugins
from themescout.suggest import Labelled, Rows, code_texts
from themescout.suggest.head import Head, head_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.protocols import Embedder
    from themescout.settings import Settings
    from themescout.suggest import CodeText
    from themescout.types import Segment

TUNED = "scale-up"  # the embedder that the head belongs to
_REJECTING = frozenset({"reject", "change"})


def trained(book: Codebook, settings: Settings) -> tuple[Head, Embedder] | None:
    """What was trained for this codebook and its embedder; None where there is nothing, or it is not wanted."""
    if settings.embed.model != "default" or settings.suggest.head == "none":
        return None
    head = head_for(book)
    return (head, embed.make(TUNED)) if head else None


def made(book: Codebook, settings: Settings, head: Head | None) -> Any:
    """The matcher of the settings, not fitted yet."""
    return plugins.load("matchers", settings.suggest.matcher)(book, head=head, random_state=settings.seed)


def fitted(study: Study, book: Codebook, embedder: Embedder, items: Sequence[Segment]) -> tuple[Any, Rows]:
    """The study's matcher, fitted on its decisions, and the rows of all its segments."""
    found = trained(book, study.settings)
    rows = stored_rows(study, items, embedder, found[1] if found else None)
    texts = _embedded(study, code_texts(book), embedder)
    text_x = study.store.vectors.read([text.embedded for text in texts], embedder.key)
    log, coder = study.store.decisions.all(), study.settings.suggest.learn_from
    known = labelled(log, {item.id: item for item in items}, coder)
    places = {name: i for i, name in enumerate(rows.ids)}
    matcher = made(book, study.settings, found[0] if found else None)
    matcher.fit(texts, text_x, known, rows.take([places[item.segment] for item in known]), rows)
    return matcher, rows


def _embedded(study: Study, texts: Sequence[CodeText], embedder: Embedder) -> list[CodeText]:
    """The codebook's texts without those of a wording so new that no model has read it; `run` embeds them."""
    new = set(study.store.vectors.missing([text.embedded for text in texts], embedder.key))
    return [text for text in texts if text.embedded not in new]


def stored_rows(study: Study, items: Sequence[Segment], embedder: Embedder, tuned: Embedder | None) -> Rows:
    """Rows of a study's segments, in the order of speaking; their vectors must be stored."""
    texts, read = [item.text for item in items], study.store.vectors.read
    return Rows.of(
        [item.id for item in items],
        texts,
        read(texts, embedder.key),
        docs=[item.transcript for item in items],
        ordered=True,
        tuned=read(texts, tuned.key) if tuned else None,
    )


def labelled(log: Sequence[Any], items: Mapping[str, Segment], coder: str = "") -> tuple[Labelled, ...]:
    """What the standing decisions teach: one entry for each decided segment that still exists.

    `coder` = whose decisions; "" = everybody's. Where coders differ, a segment has the codes of all.
    """
    log = [decision for decision in log if not coder or decision.coder == coder]
    rejected: dict[str, list[str]] = defaultdict(list)
    for decision in decisions.standing(log):
        shown = [code["code"] for code in decision.shown.get("codes", ())][:1]
        if decision.verdict in _REJECTING:
            rejected[decision.segment] += [code for code in shown if code != decision.code]
    found = []
    for name, labels in decisions.by_segment(decisions.labels(log)).items():
        if name in items:
            kinds = [label.kind for label in labels if label.kind]
            found.append(
                Labelled(
                    segment=name,
                    text=items[name].text,
                    codes=tuple(dict.fromkeys(label.code for label in labels if label.code)),
                    kind=kinds[-1] if kinds else "",
                    rejected=tuple(rejected[name]),
                    doc=items[name].transcript,
                )
            )
    return tuple(found)


def contradictions(log: Sequence[Any], coder: str = "") -> int:
    """Number of segments to which two coders gave different codes or kinds."""
    said: dict[str, dict[str, set[tuple[Any, Any]]]] = defaultdict(lambda: defaultdict(set))
    for label in decisions.labels(log):
        if not coder or label.coder == coder:
            said[label.segment][label.coder].add((label.kind, label.code))
    return sum(1 for coders in said.values() if len({frozenset(labels) for labels in coders.values()}) > 1)


def doubts(book: Codebook, known: Sequence[Labelled]) -> tuple[str, ...]:
    """Sentences about what suggestions will suffer from."""
    found = []
    bare = [code.name for code in book.assignable if not (code.definition or code.include or code.examples)]
    if bare:
        found.append(f"{len(bare)} of {len(book.assignable)} codes have no definition; until they are used, "
                     f"suggestions for them rest on their names: {_some(bare)}.")  # fmt: skip
    uses = Counter(code for item in known for code in item.codes)
    if len(uses) == 1:
        found.append(f"All decisions have one code, {next(iter(uses))}; they teach nothing about the others.")
    once = sorted(code for code, count in uses.items() if count == 1)
    if once and len(uses) > 1:
        found.append(f"Codes with a single example, of which little can be learned: {_some(once)}.")
    return tuple(found)


def disagreeing(known: Sequence[Labelled]) -> int:
    """Number of texts that stand twice with different codes."""
    said: dict[str, set[tuple[frozenset[str], str]]] = defaultdict(set)
    for item in known:
        said[item.text].add((frozenset(item.codes), item.kind))
    return sum(1 for answers in said.values() if len(answers) > 1)


def surroundings(rows: Rows, contexts: NDArray[np.float32]) -> Rows:
    """Rows with what was asked before added to what is said around; contexts: shape (n, dimensions), zero for none."""
    around = rows.around + contexts
    lengths = np.linalg.norm(around, axis=1, keepdims=True)
    unit = np.asarray(around / np.where(lengths > 0, lengths, 1.0), np.float32)
    return Rows(
        ids=rows.ids, texts=rows.texts, x=rows.x, docs=rows.docs, around=unit, place=rows.place, tuned=rows.tuned
    )


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
