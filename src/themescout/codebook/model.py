"""A codebook as frozen values: codes in a tree, kinds, rules. Standard library only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What a code does not cover, and the ids of the codes it belongs to instead (may be none)."""

    text: str
    goes_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """A code's counterpart in another framework; `relation` as in SKOS (exactMatch, closeMatch, …)."""

    framework: str
    target: str = ""
    label: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A category or a sub-code.

    Attributes:
        id: what the code is called everywhere.
        name: for people; equal to `id` where a file has no ids.
        parent: id of the code it belongs to, None for a category.
        definition: one or two sentences; may be "".
        brief: the definition in a few words.
        include: what counts.
        exclude: what does not, and where that goes.
        keywords: words and phrases heard where the code fits.
        examples: utterances by kind id; under "" where the codebook has no kinds.
        baseline: how the study that the codebook starts from has it ("named", "implied", "added"), else "".
        questions: research questions that belong here, in general words.
        barriers: barriers that belong here, in general words.
        source: letters of `Codebook.sources`.
        crosswalk: counterparts in other frameworks.
        general: True where segments may be given this code although it has children.
    """

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    brief: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[Exclusion, ...] = ()
    keywords: tuple[str, ...] = ()
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    baseline: str = ""
    questions: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    crosswalk: tuple[Crosswalk, ...] = ()
    general: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """How one kind (`themescout.types.Kind`) is told from the others; `cues` are often heard with it."""

    id: str
    name: str
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A kind with a code; either may be missing."""

    kind: str = ""
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryRule:
    """What to do where two codes, or two kinds, seem to fit.

    Attributes:
        id: of the rule.
        between: code ids, or "kind".
        issue: what is argued about.
        decision: what was decided.
        example: an utterance.
        labels: how that utterance is coded.
    """

    id: str
    between: tuple[str, ...] = ()
    issue: str = ""
    decision: str = ""
    example: str = ""
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineTheme:
    """A theme that the earlier study names, and where this codebook has it.

    Attributes:
        theme: as it is named there.
        kind: id of a kind; "" where it is of none in particular.
        code: id of the code that it belongs to; "" where the codebook has none.
        page: where it stands there ("p. 5"), as the person wrote it.
        count: informants who raised it, as the study prints it; for show alone, since nobody can tell who they were.
        of: informants of that study; given where `count` is.
    """

    theme: str
    kind: str = ""
    code: str = ""
    page: str = ""
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Codes in the order of the file, categories included, with the rules for using them.

    It may hold errors (`themescout.codebook.check` lists them); `load` returns only what has none.

    Attributes:
        id: short name.
        title: for people.
        version: as the file has it, "" where it has none.
        kinds: empty where the codebook has none.
        codes: categories (`parent` None) and sub-codes.
        boundary_rules: for pairs of codes.
        rules: for everything, one sentence or two each.
        about: where it comes from, who wrote it, its licence: free keys.
        sources: what the letters in `Code.source` stand for.
        baseline_values: what the values of `Code.baseline` stand for.
        baseline_themes: what the earlier study names, for comparison with it.
        finer: the longer form that this one was folded from, else None; not part of `source_text`.
        folds: code of the finer form to the code that stands for it here; codes that stayed are not in it.
    """

    id: str
    title: str = ""
    version: str = ""
    kinds: tuple[KindRule, ...] = ()
    codes: tuple[Code, ...] = ()
    boundary_rules: tuple[BoundaryRule, ...] = ()
    rules: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    baseline_values: Mapping[str, str] = field(default_factory=dict)
    baseline_themes: tuple[BaselineTheme, ...] = ()
    finer: Codebook | None = field(default=None, compare=False, repr=False)
    folds: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def source_text(self) -> str:
        """Everything as canonical JSON (keys sorted, empty values left out); `parse` reads it back."""
        return json.dumps(as_data(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """SHA-256 of `source_text`, 64 hex digits."""
        return hashlib.sha256(self.source_text.encode()).hexdigest()

    def has(self, code_id: str) -> bool:
        """Whether there is a code of that id."""
        return any(code.id == code_id for code in self.codes)

    def code(self, code_id: str) -> Code:
        """The code of that id.

        Raises:
            KeyError: there is none.
        """
        for code in self.codes:
            if code.id == code_id:
                return code
        raise KeyError(code_id)

    def children(self, code_id: str) -> tuple[Code, ...]:
        """The codes directly below `code_id`, in the order of the file."""
        return tuple(code for code in self.codes if code.parent == code_id)

    def topmost(self, code_id: str) -> str:
        """Id of the category that `code_id` is in: its topmost parent, or itself.

        Raises:
            KeyError: there is no code of that id.
        """
        parents = {code.id: code.parent for code in self.codes}
        current, seen = code_id, {code_id}
        while (parent := parents[current]) is not None and parent in parents and parent not in seen:
            seen.add(parent)
            current = parent
        return current

    @property
    def categories(self) -> tuple[Code, ...]:
        """The codes without a parent."""
        return tuple(code for code in self.codes if code.parent is None)

    @property
    def assignable(self) -> tuple[Code, ...]:
        """The codes that a segment can get: those without children, and those marked `general`."""
        parents = {code.parent for code in self.codes}
        return tuple(code for code in self.codes if code.general or code.id not in parents)


def as_data(codebook: Codebook) -> dict[str, Any]:
    """The codebook as dicts, lists and text, in the keys of our file format; empty values are left out."""
    own = replace(codebook, finer=None, folds={})
    data: dict[str, Any] = _lean(asdict(own))
    for code in data.get("codes", ()):
        if set(code.get("examples", ())) == {""}:
            code["examples"] = code["examples"][""]
    return data


def _lean(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _lean(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _empty(item)}
    if isinstance(value, list | tuple):
        return [_lean(item) for item in value]
    return value


def _empty(value: Any) -> bool:
    """Whether a value says nothing; the number 0 does: a theme that nobody raised."""
    return value is None or value is False or value in ("", [], {})
