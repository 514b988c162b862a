"""Codes and kinds for segments: from the codebook alone, better with every decision, silent where it does not know."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from themescout.suggest.alone import Alone, sampled
from themescout.suggest.evidence import Witnesses
from themescout.suggest.honesty import Standing, cards
from themescout.suggest.kernel import Kernel
from themescout.suggest.learner import Examples, Learner, groups_of
from themescout.suggest.promise import threshold
from themescout.suggest.rows import Rows
from themescout.types import Kind, Ranked, Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.codebook import Codebook
    from themescout.suggest.head import Head
    from themescout.suggest.kernel import Design
    from themescout.suggest.texts import CodeText, Labelled

LARGEST = 8_000  # decided segments that are learned from; of more, a sample of so many
_SILENT = 0.5  # probability of "nothing to code" from which nothing is suggested
_EXPLAINED = 3  # codes of a segment that evidence is given for
_KIND_TEXT = 0.25  # weight of a codebook's text that shows a kind, against a decision
_FEWEST_EMPTY = 5  # decided segments without a code, from which "nothing to code" is learned where there are no kinds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """What is suggested for n rows.

    Attributes:
        order: int, shape (n, codes): codes, as columns of `p`, best first.
        p: shape (n, codes), each 0..1: the chance that the code applies.
        kind: int, shape (n,): place in `Suggester.kinds_`; -1 where the codebook has no kinds.
        kind_p: shape (n,), each 0..1: probability of that kind; 0 where there is none.
        promised: int, shape (n,): so many of the first codes are the prediction set; None where none can be promised.
        abstained: bool, shape (n,): whether the machine would rather say nothing.
    """

    order: NDArray[np.intp]
    p: NDArray[np.float64]
    kind: NDArray[np.intp]
    kind_p: NDArray[np.float64]
    promised: NDArray[np.intp] | None
    abstained: NDArray[np.bool_]


class Suggester(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Suggests codes and kinds.

    Args:
        codebook: whose codes are suggested.
        head: what was trained for this codebook beforehand, if anything; used where rows have `tuned` vectors.
        random_state: seed of samples and groups.

    Attributes:
        codes_: ids of the codes that can be suggested, in the codebook's order.
        kinds_: ids of the kinds; without kinds in the codebook ("", "neither") or ().
        cards_: `honesty.Card` of each code, () without decisions.
        threshold_: share from which a code is in the prediction set; None where nothing can be promised.
    """

    def __init__(self, codebook: Codebook, *, head: Head | None = None, random_state: int = 0) -> None:
        self.codebook = codebook
        self.head = head
        self.random_state = random_state

    def fit(
        self,
        texts: Sequence[CodeText],
        text_x: NDArray[np.float32],
        labelled: Sequence[Labelled] = (),
        known: Rows | None = None,
        study: Rows | None = None,
    ) -> Self:
        """Learn from the codebook's texts and from decided segments.

        Args:
            texts: from `code_texts`.
            text_x: float32, shape (len(texts), dimensions), unit rows.
            labelled: decided segments.
            known: a row for each of them.
            study: all segments that will be asked about, or many like them.
        """
        known = known if known is not None else _none(text_x.shape[1])
        labelled, known = self._bounded(labelled, known)
        self.codes_ = tuple(code.id for code in self.codebook.assignable)
        self.kinds_ = self._kinds(labelled)
        self._column = {code: i for i, code in enumerate(self.codes_)}
        self._witnesses = Witnesses(texts, text_x, self.codebook.folds, labelled, known.x)
        self._tell(texts, text_x, known if study is None else study)
        self._learn_all(texts, text_x, labelled, known, study)
        return self

    def probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """Shape (n, codes), each 0..1: the chance that the code applies; several may, or none."""
        codes, kinds = self._shares(rows)
        return np.asarray(self._learner.pools[0].corrected(codes) * (1.0 - self._nothing(kinds))[:, None])

    def learn(self, row: Rows, item: Labelled) -> None:
        """One more decision. What is promised and how opinions are weighed stays as it was until the next `fit`."""
        self._learner.learn(self._learner.kernel.design(row), self._targets([item])[0])
        self._witnesses.add(item, row.x)

    def suggest(self, rows: Rows, *, listed: int | None = None) -> tuple[Suggestion, ...]:
        """One suggestion for each row, in order; `listed` codes each, all by default."""
        found = self.answers(rows)
        ranked = found.order[:, :listed]
        evidence = self._witnesses.of(rows, ranked[:, :_EXPLAINED], self.codes_)
        return tuple(self._suggestion(rows.ids[i], i, found, ranked[i], evidence[i]) for i in range(len(rows)))

    def answers(self, rows: Rows) -> Answers:
        """What `suggest` says, as arrays and without evidence: for many rows."""
        shares, kinds = self._shares(rows)
        corrected = self._learner.pools[1].corrected(kinds) if self.codebook.kinds else kinds[:, :0]
        kind = kinds.argmax(axis=1) if corrected.shape[1] else np.full(len(rows), -1, np.intp)
        order = np.argsort(-shares, axis=1, kind="stable")
        nothing = self._nothing(kinds)
        abstained = nothing >= _SILENT
        promised = None
        if self.threshold_ is not None:
            inside = np.take_along_axis(shares, order, axis=1) >= self.threshold_
            promised = np.where(abstained, 0, inside.sum(axis=1))
        return Answers(
            order=order,
            p=self._learner.pools[0].corrected(shares) * (1.0 - nothing)[:, None],
            kind=kind,
            kind_p=corrected[np.arange(len(rows)), kind] if corrected.shape[1] else np.zeros(len(rows)),
            promised=promised,
            abstained=abstained,
        )

    @property
    def needs_surroundings(self) -> bool:
        """Whether what is said around a row matters: it does where decisions were learned in the order of speaking."""
        return self._learner.kernel.ordered

    def for_new_texts(self, *, tuned: bool) -> Self:
        """A copy with what `answers` needs for rows that are not the study's, and no more: small, and does not learn.

        `tuned`: whether those rows will have `tuned` vectors.
        """
        made = copy.copy(self)
        told_by_head = (2 if self.codebook.kinds else 1) if tuned and self.head is not None else 0
        made.__dict__.update(_learner=self._learner.fixed(), _study=None, _alone=self._alone[told_by_head:])
        for name in ("_witnesses", "_places", "_study_seen"):
            made.__dict__.pop(name, None)
        return made

    def _suggestion(
        self, segment: str, row: int, found: Answers, ranked: NDArray[np.intp], evidence: dict[str, Any]
    ) -> Suggestion:
        in_set = None if found.promised is None else found.order[row, : found.promised[row]]
        return Suggestion(
            segment=segment,
            kind=Kind(self.kinds_[found.kind[row]]) if self.codebook.kinds else None,
            kind_p=round(float(found.kind_p[row]), 4),
            ranked=tuple(
                Ranked(code=code, p=round(float(found.p[row, i]), 4), evidence=evidence.get(code, ()))
                for i in ranked
                for code in (self.codes_[i],)
            ),
            codes=None if in_set is None else tuple(self.codes_[i] for i in in_set),
            abstained=bool(found.abstained[row]),
        )

    def _shares(self, rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found = self._learner.shares(*self._seen(rows))
        return found[0], found[1] if len(found) > 1 else np.zeros((len(rows), 0))

    def _seen(self, rows: Rows) -> tuple[Design, list[NDArray[np.float64]]]:
        """Rows in the kernel's form, and what the codebook alone says of them; known beforehand for the study's."""
        if rows is self._study:
            return self._study_seen
        places = [self._places.get(name, -1) for name in rows.ids] if self._study is not None else [-1]
        if self._study is None or min(places, default=-1) < 0 or not self._same(rows, places):
            return self._learner.kernel.design(rows), self._told(rows)
        chosen, (design, told) = np.asarray(places, np.intp), self._study_seen
        return design.take(chosen), [part[chosen] for part in told]

    def _same(self, rows: Rows, places: Sequence[int]) -> bool:
        assert self._study is not None  # noqa: S101  # asked only then
        return all(self._study.texts[place] == text for place, text in zip(places, rows.texts, strict=True))

    def _nothing(self, kinds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Chance that there is nothing to code, shape (n,)."""
        return kinds[:, self.kinds_.index(Kind.NEITHER)] if Kind.NEITHER in self.kinds_ else np.zeros(len(kinds))

    def _kinds(self, labelled: Sequence[Labelled]) -> tuple[str, ...]:
        if self.codebook.kinds:
            return tuple(kind.id for kind in self.codebook.kinds)
        empty = sum(1 for item in labelled if not item.codes)
        return ("", Kind.NEITHER) if empty >= _FEWEST_EMPTY else ()

    def _bounded(self, labelled: Sequence[Labelled], known: Rows) -> tuple[Sequence[Labelled], Rows]:
        if len(labelled) <= LARGEST:
            return labelled, known
        chosen = np.random.default_rng(self.random_state).choice(len(labelled), LARGEST, replace=False)
        return [labelled[i] for i in np.sort(chosen)], known.take(np.sort(chosen))

    def _tell(self, texts: Sequence[CodeText], text_x: NDArray[np.float32], study: Rows) -> None:
        """What the codebook alone says, for each question."""
        self._alone = []
        heard = sampled(study.x, self.random_state)  # once, so that it is kept once
        for names, of in ((self.codes_, self._code_of), (self.kinds_, _kind_of)):
            if not names:
                continue
            owners = [names.index(of(text)) if of(text) in names else -1 for text in texts]
            rows = np.asarray([i for i, owner in enumerate(owners) if owner >= 0], np.intp)
            classes = np.asarray([owner for owner in owners if owner >= 0], np.intp)
            self._alone.append(Alone(text_x[rows], classes, len(names), heard))

    def _told(self, rows: Rows) -> list[NDArray[np.float64]]:
        found: list[NDArray[np.float64]] = []
        if self.head is not None and rows.tuned is not None:
            kinds = self.kinds_ if self.codebook.kinds else ()
            found = list(self.head.logarithms(rows.tuned, self.codes_, kinds, self.codebook.folds))
        asked = 1 + bool(self.kinds_) - len(found)  # of the last questions, about which the head says nothing
        return found + [alone.logarithms(rows.x) for alone in self._alone[len(self._alone) - asked :]]

    def _learn_all(
        self,
        texts: Sequence[CodeText],
        text_x: NDArray[np.float32],
        labelled: Sequence[Labelled],
        known: Rows,
        study: Rows | None,
    ) -> None:
        ordered = bool(known.around.any())
        heard = [*known.texts, *(study.texts if study is not None else ())]
        kernel = Kernel([*heard, *(text.embedded for text in texts)], ordered=ordered)
        decided = Examples(kernel.design(known), self._targets(labelled), np.ones(len(labelled)))
        written = Examples(kernel.wording([t.embedded for t in texts], text_x), *self._written(texts))
        groups = groups_of(known.docs, self.random_state)
        told = self._told(known)
        questions = [slice(0, len(self.codes_))]
        if self.kinds_:
            questions.append(slice(len(self.codes_), len(self.codes_) + len(self.kinds_)))
        self._learner = Learner(kernel, decided, written, questions=questions, told=told, groups=groups)
        truth = (np.nan_to_num(decided.targets[:, questions[0]]) > 0).astype(np.float64)
        self._study = study
        if study is not None:
            self._places = {name: i for i, name in enumerate(study.ids)}
            self._study_seen = kernel.design(study), self._told(study)
        self.threshold_ = threshold(self._learner.left_out[0], truth)
        self.cards_ = cards(self.codes_, self._learner.left_out[0], truth) if len(labelled) else ()

    def _targets(self, labelled: Sequence[Labelled]) -> NDArray[np.float64]:
        """Shape (n, codes + kinds); nan where a decision says nothing."""
        made = np.full((len(labelled), len(self.codes_) + len(self.kinds_)), np.nan)
        for row, item in enumerate(labelled):
            columns = [self._column[code] for code in item.codes if code in self._column]
            if columns:
                made[row, : len(self.codes_)] = 0.0
                made[row, columns] = 1.0 / len(columns)
            refused = [self._column[code] for code in item.rejected if code in self._column]
            made[row, [column for column in refused if column not in columns]] = 0.0
            kind = item.kind if self.codebook.kinds else "" if item.codes else Kind.NEITHER
            if kind in self.kinds_:
                made[row, len(self.codes_) :] = 0.0
                made[row, len(self.codes_) + self.kinds_.index(kind)] = 1.0
        return made

    def _written(self, texts: Sequence[CodeText]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Targets and weights of the codebook's texts: those of one code count as much as one decision."""
        made = np.full((len(texts), len(self.codes_) + len(self.kinds_)), np.nan)
        owners = [self._code_of(text) for text in texts]
        weights = np.full(len(texts), _KIND_TEXT)
        for row, (text, owner) in enumerate(zip(texts, owners, strict=True)):
            if owner in self._column:
                made[row, : len(self.codes_)] = 0.0
                made[row, self._column[owner]] = 1.0
                weights[row] = 1.0 / owners.count(owner)
            if text.kind in self.kinds_ and text.kind:
                made[row, len(self.codes_) :] = 0.0
                made[row, len(self.codes_) + self.kinds_.index(text.kind)] = 1.0
        return made, weights

    def _code_of(self, text: CodeText) -> str:
        return self.codebook.folds.get(text.code, text.code)

    def yours_alone(self) -> frozenset[str]:
        """Codes for which the machine has proved no better than guessing."""
        return frozenset(card.code for card in self.cards_ if card.standing is Standing.YOURS)


def _kind_of(text: CodeText) -> str:
    return text.kind


def _none(dimensions: int) -> Rows:
    return Rows.of((), (), np.zeros((0, dimensions), np.float32))
