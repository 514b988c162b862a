"""What is said of a sample: its themes with the texts that show them, how well it spoke for the rest, and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from themescout.candidates import NO_THEME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from themescout.batch.events import Share
    from themescout.batch.sampling.drawing import Drawn
    from themescout.batch.sampling.speaking import Again, Nearness

EXEMPLARS = 3
_FARTHER = 0.05  # cosine by which the farthest of the rest may lie farther than those of the sample
_UNLIKE = 0.5  # adjusted Rand index below which another sample is said to give other themes
_FOUND = 0.5  # Jaccard overlap from which a theme is found again, as between the runs of one finding
COLUMNS = ("words", "found_in", "runs", "in_sample", "found_again", "together", "overlap")
_EXEMPLAR = ("exemplar_{0}", "exemplar_{0}_source", "exemplar_{0}_unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledTheme:
    """A theme of a sample.

    Attributes:
        name: its label.
        words: words and phrases that set it apart, best first.
        found_in, runs: in how many of the runs over the sample a group like it was found.
        share: of the sample's texts, 0..1.
        exemplars: up to three texts that show it, nearest to its centre first.
        again: what became of it in the second sample.
    """

    name: str
    words: tuple[str, ...]
    found_in: int
    runs: int
    share: float
    exemplars: tuple[Drawn, ...]
    again: Again

    @property
    def found_again(self) -> bool:
        """Whether the second sample has a theme like it."""
        return self.again.overlap >= _FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReport:
    """How well a sample spoke for texts outside it.

    Attributes:
        distinct: number of distinct texts from which the samples were drawn.
        texts, others: number of texts in the sample, and in the second one.
        none, others_none: share of them in no theme of the sample, 0..1.
        near, others_near: how near they are to (other) texts of the sample.
        agreement: adjusted Rand index of the second sample's own themes and these, over texts in a theme both times;
            None where there are none.
        themes: by number.
    """

    distinct: int
    texts: int
    others: int
    none: float
    others_none: float
    near: Nearness
    others_near: Nearness
    agreement: float | None
    themes: Mapping[int, SampledTheme]

    @property
    def farther(self) -> bool:
        """Whether the rest lies farther from the sample than the sample from itself."""
        return self.others_near.edge < self.near.edge - _FARTHER

    @property
    def unlike(self) -> bool:
        """Whether another sample gives other themes."""
        return self.agreement is None or self.agreement < _UNLIKE


def as_plain(report: SampleReport, shares: Sequence[Share]) -> dict[str, Any]:
    """Everything in plain values; `shares` are those of the themes in all texts of the run."""
    everywhere = {item.key: item.share for item in shares}
    return {
        "distinct_texts": report.distinct,
        "sample": _of_one(report.texts, report.none, report.near),
        "second_sample": _of_one(report.others, report.others_none, report.others_near),
        "adjusted_rand": report.agreement,
        "found_again": sum(theme.found_again for theme in report.themes.values()),
        "largest_difference_of_shares": round(_difference(report, shares)[0], 4),
        "warnings": list(_warnings(report)),
        "themes": [_plain_theme(number, theme, everywhere.get(number, 0.0)) for number, theme in report.themes.items()],
    }


def sentences(report: SampleReport, shares: Sequence[Share]) -> tuple[str, ...]:
    """The same for a person, in a few sentences; warnings last."""
    near, others = report.near, report.others_near
    difference, number = _difference(report, shares)
    name = "texts in no theme" if number == NO_THEME else f"theme {number}"
    again = [str(number) for number, theme in report.themes.items() if theme.found_again]
    which = f" ({', '.join(again)})" if again else ""
    anew = "They have no text in a theme both times, so nothing can be said of other samples."
    if report.agreement is not None:
        anew = (
            f"Themes found anew among those agree with these to an adjusted Rand index of {report.agreement:.2f} "
            f"(1 = the same, 0 = as by chance); {len(again)} of {len(report.themes)} themes were found again{which}."
        )
    looked = (
        f"Themes were looked for in {report.texts:,} of {report.distinct:,} different texts; every other text follows "
        "the texts nearest to it."
    )
    lies = (
        f"Of {report.others:,} texts outside that sample {report.others_none:.1%} are in no theme (in it "
        f"{report.none:.1%}); their cosine to the nearest of the sample is {others.median:.2f} in the middle and "
        f"{others.edge:.2f} at the lowest twentieth (in it {near.median:.2f} and {near.edge:.2f})."
    )
    shown = (
        f"Shares in the sample and in all texts differ by {100 * difference:.1f} percentage points at most ({name})."
    )
    return (looked, lies, anew, shown, *_warnings(report))


def headings() -> tuple[str, ...]:
    """Of the further columns that a table of themes has."""
    return (*COLUMNS, *(name.format(number) for number in range(1, EXEMPLARS + 1) for name in _EXEMPLAR))


def cells(report: SampleReport, number: int | str) -> tuple[str | int, ...]:
    """The further columns of one theme; empty for texts in none."""
    theme = report.themes.get(int(number))
    if theme is None:
        share = f"{report.none:.6f}" if number == NO_THEME else ""
        return tuple(share if name == "in_sample" else "" for name in headings())
    shown = [part for item in theme.exemplars for part in (item.text, item.source, item.unit)]
    return (
        " · ".join(theme.words), theme.found_in, theme.runs, f"{theme.share:.6f}",
        "yes" if theme.found_again else "no", f"{theme.again.together:.4f}", f"{theme.again.overlap:.4f}",
        *shown, *[""] * (EXEMPLARS * len(_EXEMPLAR) - len(shown)),
    )  # fmt: skip


def _of_one(texts: int, none: float, near: Nearness) -> dict[str, Any]:
    return {"texts": texts, "in_no_theme": round(none, 4), "nearest_five": asdict(near)}


def _plain_theme(number: int, theme: SampledTheme, share: float) -> dict[str, Any]:
    return {
        "theme": number,
        "name": theme.name,
        "words": list(theme.words),
        "found_in": theme.found_in,
        "runs": theme.runs,
        "share_in_sample": round(theme.share, 4),
        "share_in_all": round(share, 4),
        "found_again": theme.found_again,
        "second_sample": asdict(theme.again),
        "exemplars": [{"text": item.text, "source": item.source, "unit": item.unit} for item in theme.exemplars],
    }


def _difference(report: SampleReport, shares: Sequence[Share]) -> tuple[float, int]:
    """The largest difference of a share in the sample, where each different text counts once, and in all; of which."""
    everywhere = {item.key: item.share for item in shares}
    here = {NO_THEME: report.none} | {number: theme.share for number, theme in report.themes.items()}
    return max((abs(share - everywhere.get(number, 0.0)), number) for number, share in here.items())


def _warnings(report: SampleReport) -> Iterator[str]:
    if report.unlike:
        yield (
            "Take care: another sample of this size would give other themes in good part; rely on those that were "
            "found again, or draw a larger sample (--sample)."
        )
    if report.farther:
        yield (
            "Take care: the rest lies farther from the sample than the sample from itself, so that themes of the rest "
            "may be missing; draw a larger sample (--sample)."
        )
