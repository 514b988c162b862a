"""Themes without a study: found in a sample of a run's texts, to be applied to all of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from themescout import __version__, embed
from themescout import settings as defaults
from themescout.batch import receipts, working
from themescout.batch.applying.columns import Naming
from themescout.batch.applying.shown import REASONS, ShownThemes
from themescout.batch.applying.yardstick import Yardstick, lasting
from themescout.batch.events import Preparing, Remark
from themescout.batch.inputs import planning, reading
from themescout.batch.sampling import drawing, speaking
from themescout.batch.sampling.sample_report import EXEMPLARS, SampledTheme, SampleReport
from themescout.candidates import NO_THEME
from themescout.embed import distinct
from themescout.errors import BatchError
from themescout.pipeline import discovering, stages
from themescout.text import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from themescout.batch.events import Event, Options
    from themescout.batch.model import Partition, Portion, Source
    from themescout.batch.places import Place
    from themescout.batch.sampling.drawing import Drawn, Samples
    from themescout.candidates import Theme
    from themescout.pipeline.discovering import Finding
    from themescout.settings import Settings

    Tell = Callable[[Event], None]

FEWEST = 30  # distinct texts; below, a sample of them is no sample


def settings() -> Settings:
    """The default settings with the environment applied; the engine is the one that will be used."""
    made = defaults.read_defaults()
    engine = embed.settled(lasting(made.embed.model), made.embed.engine) or made.embed.engine
    return defaults.changed(made, "embed", model=lasting(made.embed.model), engine=engine)


def recipe(settings: Settings) -> str:
    """Hash of all that shapes the themes but the inputs and the size of the sample."""
    key = embed.make(settings.embed.model, settings.embed.engine).key
    return digest("themescout sample", stages.VERSION, repr(settings.discover), str(settings.seed), key)


def yardstick(place: Place, sources: Sequence[Source], settings: Settings, options: Options, tell: Tell) -> Yardstick:
    """The themes of a sample of all texts of a run; found once, and kept in the run's folder.

    Raises:
        BatchError: there are too few texts, no theme is among them, or the folder has lost its yardstick.
    """
    if place.exists(working.YARDSTICK):
        return Yardstick.loaded(place.read(working.YARDSTICK))
    if place.names(receipts.TEXTS):
        raise BatchError(f"{working.YARDSTICK} is missing from {place.url}.", "Name a new folder with -o.")
    tell(Remark(sentence=f"Reading everything once to draw a sample of {options.sample:,} texts."))
    portions = _portions(place, sources, settings, options.partition)
    samples = drawing.draw(portions, size=options.sample, seed=settings.seed)
    if samples.distinct < FEWEST:
        raise BatchError(
            f"There are {samples.distinct} different texts; it takes {FEWEST} to look for themes in a sample.",
            "Name more inputs, and a new folder with -o.",
        )
    tell(Remark(sentence=_drawn(samples, options.sample)))
    made = fitted(samples, settings, tell)
    place.write(working.YARDSTICK, made.dumped())
    return made


def fitted(samples: Samples, settings: Settings, tell: Tell) -> Yardstick:
    """Themes of the first sample, and how well they speak for the second.

    Raises:
        BatchError: no theme is in the first sample.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # with numpy's libraries, not before

    embedder = embed.make(settings.embed.model, settings.embed.engine)
    said = [item.text for item in (*samples.first, *samples.second)]
    both = distinct.embedded(said, embedder, settings.embed.batch, _bar(tell, "vectors"))
    x, rest = both[: len(samples.first)], both[len(samples.first) :]
    finding = discovering.find(x, settings.discover, settings.seed, _bar(tell, "themes"))
    if not finding.groups:
        raise BatchError(
            f"There are no themes among {len(x):,} different texts: too few of them go together.",
            "Draw a larger sample (--sample), or name more inputs; and a new folder with -o.",
        )
    items = [item.as_segment(number) for number, item in enumerate(samples.first)]
    themes = discovering.described(items, x, finding)
    shown = _shown(x, themes, finding)
    other = discovering.find(rest, settings.discover, settings.seed, _bar(tell, "again"))
    with threadpool_limits(limits=1):  # sums are taken in one order, on however many cores
        report = _report(samples, themes, shown, rest, _labels(other))
    return Yardstick(
        title="",
        fingerprint=_fingerprint(recipe(settings), said, shown),
        models={embedder.key: (settings.embed.model, settings.embed.engine)},
        themes=shown,
        matcher=None,
        naming=Naming(shown.names, {}, (), listed=0),
        sample=report,
    )


def _portions(place: Place, sources: Sequence[Source], settings: Settings, size: int) -> Iterator[Portion]:
    """All texts of the run that can be read."""
    for partition in planning.partitions(place, sources, size=size):
        yield from _read(place, partition, settings)


def _read(place: Place, partition: Partition, settings: Settings) -> Iterator[Portion]:
    """A partition's texts; what cannot be read is left out here, and named by whoever works at it later."""
    try:
        found = reading.portion(place, partition, settings)
    except BatchError:
        raise
    except Exception:  # noqa: BLE001  # a bug met in one partition must not cost the others, nor one file its neighbours
        for piece in partition.apart():
            yield from _read(place, piece, settings)
    else:
        yield found


def _drawn(samples: Samples, wished: int) -> str:
    first, second, few = len(samples.first), len(samples.second), ""
    if min(first, second) < wished:
        few = f" There are too few for two samples of {wished:,}."
    return (
        f"Drew {first:,} of {samples.distinct:,} different texts to look for themes, and {second:,} others to see how "
        f"well those speak for the rest.{few}"
    )


def _bar(tell: Tell, what: str) -> Callable[[int, int], None]:
    return lambda done, total: tell(Preparing(what=what, done=done, total=total))


def _labels(finding: Finding) -> NDArray[np.int32]:
    loose = np.array([bool(reason) for reason in finding.reasons], bool)
    return np.where(loose, NO_THEME, finding.nearest).astype(np.int32)


def _shown(x: NDArray[np.float32], themes: Sequence[Theme], finding: Finding) -> ShownThemes:
    return ShownThemes(
        names={theme.id: theme.title for theme in themes},
        x=x,
        theme=_labels(finding),
        nearest=finding.nearest.astype(np.int32),
        reason=np.array([REASONS.index(reason) for reason in finding.reasons], np.int8),
    )


def _report(
    samples: Samples, themes: Sequence[Theme], shown: ShownThemes, rest: NDArray[np.float32], found: NDArray[np.int32]
) -> SampleReport:
    placed = shown.placed(rest).theme

    def sampled(theme: Theme) -> SampledTheme:
        quotes: list[Drawn] = [samples.first[int(row)] for row in theme.exemplars[:EXEMPLARS]]
        return SampledTheme(
            name=theme.title, words=theme.keywords, found_in=theme.found_in, runs=theme.runs,
            share=len(theme.members) / len(shown.theme), exemplars=tuple(quotes),
            again=speaking.again(placed, found, theme.id),
        )  # fmt: skip

    return SampleReport(
        distinct=samples.distinct,
        texts=len(shown.theme),
        others=len(placed),
        none=float((shown.theme < 0).mean()),
        others_none=float((placed < 0).mean()),
        near=speaking.nearness(shown.x, shown.x, itself=True),
        others_near=speaking.nearness(rest, shown.x),
        agreement=speaking.agreement(placed, found),
        themes={theme.id: sampled(theme) for theme in themes},
    )


def _fingerprint(recipe: str, said: Sequence[str], shown: ShownThemes) -> str:
    places = b"".join(part.tobytes() for part in (shown.theme, shown.nearest, shown.reason))
    names = repr(sorted(shown.names.items()))
    return digest(__version__, recipe, digest(*said), names, hashlib.sha256(places).hexdigest())
