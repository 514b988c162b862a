"""All that is applied to a portion: a study's themes, codebook and what was learned from decisions; or themes alone."""

from __future__ import annotations

import hashlib
import json
import pickle
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from themescout import __version__, embed, plugins
from themescout.batch.applying import shown
from themescout.batch.applying.columns import Naming
from themescout.embed import distinct, folders
from themescout.errors import BatchError
from themescout.pipeline import stages, suggesting
from themescout.suggest import Rows
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow

    from themescout.batch.applying.shown import ShownThemes
    from themescout.batch.model import Portion
    from themescout.batch.sampling.sample_report import SampleReport
    from themescout.codebook import Codebook
    from themescout.project import Study
    from themescout.protocols import Embedder
    from themescout.suggest import Suggester
    from themescout.suggest.suggester import Answers
    from themescout.types import Segment

    Progress = Callable[[int, int], None]

_FORMAT = "themescout yardstick"
_AT_ONCE = 1_024  # texts that an embedder is given; how it packs them is its own affair


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Applied:
    """What a yardstick says of a portion.

    Attributes:
        table: one row for each text, in order; columns as in `columns.schema`.
        themes: (number of a theme, texts in it), -1 = in none, ascending; themes without a text are left out.
        codes: (code, texts for which it is the first suggestion), "" = nothing suggested, ascending.
        seconds: (part of the work, wall-clock seconds): "embed", "judge".
    """

    table: pyarrow.Table
    themes: tuple[tuple[int, int], ...]
    codes: tuple[tuple[str, int], ...]
    seconds: tuple[tuple[str, float], ...]


def _quiet(done: int, total: int) -> None:
    """Progress that is not shown."""


class Yardstick:
    """Themes and codes, to be applied to any texts; of a study's folder nothing is needed any more.

    What it says of a portion depends on the portion alone, not on what it was applied to before.

    Args:
        title: of the study; "" without one.
        fingerprint: hash of all it rests on.
        models: key of each embedder, others are not used, to what `embed.make` is given, model and engine: the study's
            and, where there is one, that of the codebook.
        themes: of the study, or of a sample.
        matcher: fitted, made small by `Suggester.for_new_texts`; None where there are themes alone.
        naming: of themes, codes and kinds.
        sample: what is said of the sample in which the themes were found; None for those of a study.
    """

    def __init__(
        self,
        *,
        title: str,
        fingerprint: str,
        models: Mapping[str, tuple[str, str]],
        themes: ShownThemes,
        matcher: Suggester | None,
        naming: Naming,
        sample: SampleReport | None = None,
    ) -> None:
        self.title, self.fingerprint = title, fingerprint
        self.models, self.keys, self.sample = tuple(models.values()), tuple(models), sample
        self._themes, self._matcher, self._naming = themes, matcher, naming
        self._embedders: tuple[Embedder, ...] = ()

    @property
    def themes(self) -> Mapping[int, str]:
        """Number of each theme to its title, ascending."""
        return self._themes.names

    @property
    def codes(self) -> Mapping[str, str]:
        """Each code that may be suggested to its category, in the order of the codebook."""
        return self._naming.codes

    @classmethod
    def of(cls, study: Study) -> Self:
        """Fit what the study has now. Nothing is written to it.

        Raises:
            BatchError: it has no themes or no suggestions yet, or interviews that were added since.
        """
        book, items = stages.load_codebook(study), study.store.segments.all()
        tuned = suggesting.trained(book, study.settings)
        engine = embed.settled(study.settings.embed.model, study.settings.embed.engine)
        names = (lasting(study.settings.embed.model), *([suggesting.TUNED] if tuned else []))
        models = tuple((name, engine) for name in names)
        embedders = _made(models)
        keys = tuple(embedder.key for embedder in embedders)
        _check(study, items, keys)
        matcher, rows = suggesting.fitted(study, book, embedders[0], items)
        if not hasattr(matcher, "for_new_texts"):
            raise BatchError(
                f"The matcher “{study.settings.suggest.matcher}” cannot be taken out of its study.",
                "Use the matcher “codebook” in the study's settings.",
            )
        themes = shown.shown(rows.ids, rows.x, study.store.themes.all(), study.store.loose.all())
        return cls(
            title=study.title, fingerprint=_fingerprint(study, book, keys, themes),
            models=dict(zip(keys, models, strict=True)), themes=themes,
            matcher=matcher.for_new_texts(tuned=bool(tuned)),
            naming=Naming(
                themes.names, {code: book.topmost(code) for code in matcher.codes_},
                matcher.kinds_ if book.kinds else (), listed=study.settings.suggest.listed,
            ),
        )  # fmt: skip

    def apply(self, portion: Portion, progress: Progress = _quiet, *, vectors: bool = False) -> Applied:
        """Themes and codes for every text of the portion. The first call loads the models.

        Args:
            portion: any number of texts.
            progress: told how many distinct texts are embedded, and of how many; with two models, twice.
            vectors: whether the table has the vectors too.

        Raises:
            ModelError: a model is missing or cannot be loaded.
            BatchError: the model that is there is not the one that the study used.
        """
        from threadpoolctl import threadpool_limits  # noqa: PLC0415  # with numpy's libraries, not before

        began = time.perf_counter()
        rows = self._rows(portion, progress)
        embedded = time.perf_counter()
        # Sums are taken in one order, on however many cores.
        with threadpool_limits(limits=1):
            placed = self._themes.placed(rows.x)
            answers = self._matcher.answers(rows) if self._matcher else None
        table = self._naming.table(portion, placed, answers, vectors=rows.x if vectors else None)
        numbers, sizes = np.unique(placed.theme, return_counts=True)
        seconds = (("embed", embedded - began), ("judge", time.perf_counter() - embedded))
        return Applied(
            table=table, themes=tuple(zip(numbers.tolist(), sizes.tolist(), strict=True)),
            codes=self._counts(answers, portion.texts) if answers else (), seconds=seconds,
        )  # fmt: skip

    def dumped(self) -> bytes:
        """Everything as bytes for `loaded`, without the models."""
        body = pickle.dumps(self, protocol=5)
        head = {"format": _FORMAT, "version": __version__, "sha256": hashlib.sha256(body).hexdigest()}
        return json.dumps(head).encode() + b"\n" + body

    @classmethod
    def loaded(cls, data: bytes) -> Self:
        """What `dumped` made of a yardstick. Only to be used on a file that this run has written itself.

        Raises:
            BatchError: another version of themescout made it, or it is damaged.
        """
        line, _, body = data.partition(b"\n")
        head = _head(line)
        if head.get("version") != __version__:
            raise BatchError(
                f"The yardstick of this run was made by themescout {head.get('version')}, and this is {__version__}.",
                "Install the same version on every computer that takes part.",
            )
        if head.get("sha256") != hashlib.sha256(body).hexdigest():
            raise _damaged()
        made = pickle.loads(body)  # noqa: S301  # made and read by one version inside one run; hash checked above
        if not isinstance(made, cls):
            raise _damaged()
        return made

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_embedders": ()}

    def _rows(self, portion: Portion, progress: Progress) -> Rows:
        """The texts as the matcher wants them.

        In an interview, what is around a text is what is said before and after, as in the study; in a table whose
        order says nothing, it is what was asked before, where that is known.
        """
        needed = self._matcher is not None and self._matcher.needs_surroundings
        asked = needed and not portion.ordered and any(portion.contexts)
        texts, contexts = list(portion.texts), list(portion.contexts) if asked else []
        models = self._loaded()
        x = distinct.embedded([*texts, *contexts], models[0], _AT_ONCE, progress)
        tuned = [distinct.embedded(texts, model, _AT_ONCE, progress) for model in models[1:]]
        rows = Rows.of(
            [str(i) for i in range(len(texts))], texts, x[: len(texts)], ordered=portion.ordered,
            docs=[doc and f"{source}\0{doc}" for source, doc in zip(portion.sources, portion.docs, strict=True)],
            tuned=tuned[0] if tuned else None,
        )  # fmt: skip
        return suggesting.surroundings(rows, x[len(texts) :]) if asked else rows

    def _loaded(self) -> tuple[Embedder, ...]:
        """The study's embedders; they load their models when they are asked for the first time."""
        if not self._embedders:
            made = _made(self.models)
            for (name, _), embedder, key in zip(self.models, made, self.keys, strict=True):
                if embedder.key != key:
                    raise BatchError(
                        f"The model “{name}” here is not the one that the study used ({embedder.key}, not {key}).",
                        "Use the same models and the same version of themescout everywhere.",
                    )
            embed.load(made)
            self._embedders = made
        return self._embedders

    def _counts(self, answers: Answers, texts: Sequence[str]) -> tuple[tuple[str, int], ...]:
        names = ("", *self._naming.codes)
        counts = np.bincount(self._naming.first(answers, texts) + 1, minlength=len(names)).tolist()
        return tuple(sorted((name, count) for name, count in zip(names, counts, strict=True) if count))


def _made(models: Sequence[tuple[str, str]]) -> tuple[Embedder, ...]:
    return tuple(embed.make(model, engine) for model, engine in models)


def lasting(model: str) -> str:
    """A model's name that holds in any folder: that of a model folder with the whole path."""
    return model if model in plugins.names("embedders") else str(folders.at(model).absolute())


def _check(study: Study, items: Sequence[Segment], keys: Sequence[str]) -> None:
    """Raise BatchError where the study is not ready."""
    store, what = study.store, ""
    if not items:
        what = "has no segments"
    elif not store.suggestions.count():
        what = "has no suggestions yet"
    elif count := shown.unplaced([item.id for item in items], store.themes.all(), store.loose.all()):
        what = f"has {count} segments that its themes do not know yet"
    elif missing := {text for key in keys for text in store.vectors.missing([item.text for item in items], key)}:
        what = f"has {len(missing)} segments without vectors of its model"
    if what:
        raise BatchError(f"{study.folder} {what}.", f"Run it first: themescout run {study.folder}")


def _fingerprint(study: Study, book: Codebook, keys: Sequence[str], themes: ShownThemes) -> str:
    store, settings = study.store, study.settings
    places = b"".join(part.tobytes() for part in (themes.theme, themes.nearest, themes.reason))
    return digest(
        _FORMAT, __version__, stages.VERSION, store.segments.fingerprint(), store.decisions.fingerprint(), book.sha256,
        repr(settings.suggest), str(settings.seed), repr(tuple(keys)), repr(sorted(themes.names.items())),
        hashlib.sha256(places).hexdigest(),
    )  # fmt: skip


def _head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
    except ValueError as error:
        raise _damaged() from error
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise _damaged()
    return head


def _damaged() -> BatchError:
    return BatchError("The yardstick of this run is damaged.", "Begin the run again in a new folder.")
