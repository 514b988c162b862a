"""What a batch run tells while it goes on, and what it came to. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from themescout.batch.model import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run is made.

    Attributes:
        rows: read .csv and .tsv as one text in each row.
        partition: wished number of texts in a stretch of a table.
        workers: how many; 0 = one for each core.
        vectors: write the texts' vectors too.
        engine: "local" or "dask".
        scheduler: address of a Dask scheduler; "" = a cluster of this computer's own.
        sample: without a study, texts among which themes are looked for.
    """

    rows: bool = False
    partition: int = 4096
    workers: int = 0
    vectors: bool = False
    engine: str = "local"
    scheduler: str = ""
    sample: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCount:
    """Inputs of one form."""

    form: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The run begins or goes on.

    Attributes:
        inputs: what is to be read, by form.
        before: partitions that were done before.
        known: partitions that are known by now, the ones done before among them.
        unsplit: tables that are not wholly split yet; they will bring more.
    """

    event: str = field(default="started", init=False)
    folder: str
    inputs: tuple[FormCount, ...]
    before: int
    known: int
    unsplit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a run would do.

    Attributes:
        started: what it would begin with.
        refused: inputs that cannot be read.
        passed_over: files in folders that are of no kind that is read, and folders of other runs and studies.
    """

    event: str = field(default="survey", init=False)
    started: Started
    refused: tuple[Refusal, ...]
    passed_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that the user should know: a worker of a cluster that cannot be used."""

    event: str = field(default="remark", init=False)
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """Something that is done before the work is given out: "vectors", "themes" and "again" of a sample."""

    event: str = field(default="preparing", init=False)
    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A partition is done.

    Attributes:
        done, known: partitions that are done, of those that are known by now.
        unsplit: tables that were not split when the call began; where there are any, `known` grows on.
        seconds: by part of the work.
    """

    event: str = field(default="partition", init=False)
    partition: str
    texts: int
    words: int
    done: int
    known: int
    unsplit: int
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An input, or a part of one, could not be done."""

    event: str = field(default="refused", init=False)
    path: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many texts are in a theme, or have a code as their first suggestion.

    Attributes:
        key: the theme's number, -1 = in none; the code, "" = nothing suggested.
        name: the theme's title; the code's category.
        texts: how many.
        documents: in how many documents; 0 where the inputs do not say what a document is.
        share: of all texts, 0..1.
    """

    key: int | str
    name: str
    texts: int
    documents: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to.

    Attributes:
        folder: where it lies.
        study: title of the study; "" without one.
        inputs: number of files.
        passed_over: files in folders that are of no kind that is read, and folders of other runs and studies.
        partitions: how many there are; `before`: of them done in earlier calls.
        texts, words, documents: in all, over all calls.
        refused: what could not be read or done.
        themes, codes: how many texts each has; by number, and as in the codebook.
        seconds: wall-clock time of this call.
        sample: sentences that say how well the sample spoke for the rest; none where a study was applied.
    """

    event: str = field(default="finished", init=False)
    folder: str
    study: str
    inputs: int
    passed_over: int
    partitions: int
    before: int
    texts: int
    words: int
    documents: int
    refused: tuple[Refusal, ...]
    themes: tuple[Share, ...]
    codes: tuple[Share, ...]
    seconds: float
    sample: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One of several runs could not be made; the others go on."""

    event: str = field(default="failed", init=False)
    sentence: str


Event = Started | Remark | Preparing | Done | Refused | Summary | Failed
