"""The themes that an earlier study names: out of a file, or as a codebook has them. Names are enough."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from themescout.codebook.baseline_file import FORMAT, entries_of, text_of
from themescout.codebook.check import miscounted
from themescout.codebook.model import BaselineTheme
from themescout.errors import CodebookError, FileProblemError
from themescout.text import shortened
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from themescout.codebook.baseline_file import Listed, Written
    from themescout.codebook.model import Codebook

FROM_CODEBOOK = "codebook"  # what --baseline takes beside a file
NONE = "none"
_KINDS = MappingProxyType({
    "": "", "barrier": Kind.BARRIER.value, "question": Kind.RESEARCH_QUESTION.value,
    "research question": Kind.RESEARCH_QUESTION.value,
})  # fmt: skip
_WHOLE = re.compile(r"[0-9]{1,6}")
_LONGEST = 300  # code points of a theme: what is longer is a paragraph of an interview
_SHOWN = 20  # errors in one message
_NEAR = 0.5  # difflib's ratio, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What an earlier study names.

    Attributes:
        source: where the list is from, for print; "" where there is no list.
        themes: in the order of the list, each once; () where there is no list.
        remarks: what a reader should know, in sentences.
    """

    source: str = ""
    themes: tuple[BaselineTheme, ...] = ()
    remarks: tuple[str, ...] = ()


def chosen(name: str | None, codebook: Codebook) -> Baseline:
    """The baseline that `name` means: a file, "codebook" or "none"; None means "codebook" where that has one.

    Without any it has no themes.

    Raises:
        CodebookError: "codebook" was asked for, and it names no themes of an earlier study.
        FileProblemError: there is no such file, or it has errors.
    """
    if name == NONE:
        return Baseline()
    if name not in {None, FROM_CODEBOOK}:
        return read(Path(str(name)), codebook)
    found = of_codebook(codebook)
    if not found.themes and name == FROM_CODEBOOK:
        raise CodebookError(
            f"The codebook {codebook.id} names no themes of an earlier study.",
            "Give it baseline_themes (see docs/codebook.md), or name a file: --baseline FILE",
        )
    return found


def of_codebook(codebook: Codebook) -> Baseline:
    """What the study that `codebook` starts from names; no themes where the codebook has nothing of the kind."""
    if not codebook.baseline_themes:
        return Baseline()
    work = codebook.about.get("based_on", "").partition(" (")[0]
    return Baseline(
        source=work or codebook.title or codebook.id,
        themes=codebook.baseline_themes,
        remarks=tuple(text for key, text in codebook.about.items() if key.startswith("baseline")),
    )


def read(path: Path, codebook: Codebook) -> Baseline:
    """The list in a file: .csv, .tsv, .yaml, .json, or .txt with one theme a line.

    Codes are those of `codebook`, by id or name; a code of its finer form becomes the one that stands for it.

    Raises:
        FileProblemError: it cannot be read, or has errors; the message names all of them with their lines.
        CodebookError: it is not well-formed YAML or JSON.
    """
    return parse(text_of(path), name=path.name, codebook=codebook)


def parse(text: str, *, name: str, codebook: Codebook) -> Baseline:
    """As `read`, from the text of a file of this name."""
    listed = entries_of(text, name=name)
    if not listed.entries:
        raise FileProblemError(f"{name} has no themes.", FORMAT)
    codes = _Codes(codebook)
    seen: dict[tuple[str, str], str] = {}
    problems: list[str] = []
    for entry in listed.entries:
        problems += entry.problems or _wrong(entry, codes, seen)
    if problems:
        raise FileProblemError(_all_of(problems, name), "Correct the file and try again.")
    return Baseline(
        source=listed.source or name,
        themes=tuple(_theme(entry, codes) for entry in listed.entries),
        remarks=tuple(_remarks(listed, codebook, name)),
    )


class _Codes:
    """Codes as a person may write them: ids, ids of the finer form, names; upper and lower case alike."""

    def __init__(self, codebook: Codebook) -> None:
        self.kinds = bool(codebook.kinds)
        finer = codebook.finer.codes if codebook.finer else ()
        names = [(code.name.casefold(), codebook.folds.get(code.id, code.id)) for code in (*codebook.codes, *finer)]
        single = {name for name, many in Counter(name for name, _ in set(names)).items() if many == 1}
        self._known: dict[str, str] = {code.id.casefold(): code.id for code in codebook.codes}
        for key, code in ((id_.casefold(), target) for id_, target in codebook.folds.items()):
            self._known.setdefault(key, code)
        for key, code in names:
            if key in single:
                self._known.setdefault(key, code)

    def get(self, given: str) -> str | None:
        """The id, "" for nothing, None for what is unknown."""
        return self._known.get(given.casefold()) if given else ""

    def nearest(self, given: str) -> str:
        close = get_close_matches(given.casefold(), self._known, n=1, cutoff=_NEAR)
        return self._known[close[0]] if close else ""


def _wrong(entry: Written, codes: _Codes, seen: dict[tuple[str, str], str]) -> Iterator[str]:
    """What is wrong with one entry, each a sentence; `seen` remembers the themes and where they stand."""
    theme, kind = entry.values.get("theme", ""), _kind(entry.values)
    if not theme:
        yield f"{entry.where}: theme is missing or empty."
    elif len(theme) > _LONGEST:
        yield f"{entry.where}: “{shortened(theme, 40)}” is longer than {_LONGEST} characters; is it a theme?"
    if kind is None:
        given = shortened(entry.values["kind"], 40)
        yield f"{entry.where}: “{given}” is no kind of theme; write barrier, research_question or nothing."
    code = entry.values.get("code", "")
    if codes.get(code) is None:
        near = codes.nearest(code)
        rest = f"did you mean {near}?" if near else "themescout codebook show lists its codes."
        yield f"{entry.where}: the codebook has no code “{shortened(code, 40)}”; {rest}"
    yield from _uncounted(entry)
    if theme:
        first = seen.setdefault((theme.casefold(), kind or ""), entry.where)
        if first != entry.where:
            there = first.rpartition(", ")[2]
            yield f"{entry.where}: “{shortened(theme, 40)}” stands on {there} already."


def _uncounted(entry: Written) -> Iterator[str]:
    numbers = {key: entry.values.get(key, "") for key in ("count", "of")}
    odd = [key for key, value in numbers.items() if value and not _WHOLE.fullmatch(value)]
    for key in odd:
        yield f"{entry.where}: {key} is “{shortened(numbers[key], 40)}”; write a whole number."
    wrong = "" if odd else miscounted(*(_number(value) for value in numbers.values()))
    if wrong:
        yield f"{entry.where}: {wrong}"


def _theme(entry: Written, codes: _Codes) -> BaselineTheme:
    values = entry.values
    return BaselineTheme(
        theme=values["theme"],
        kind=(_kind(values) or "") if codes.kinds else "",
        code=codes.get(values.get("code", "")) or "",
        page=values.get("page", ""),
        count=_number(values.get("count", "")),
        of=_number(values.get("of", "")),
    )


def _kind(values: Mapping[str, str]) -> str | None:
    """The kind's id, None where it is unknown; singular and plural, blanks and underscores alike."""
    return _KINDS.get(" ".join(re.split(r"[\s_-]+", values.get("kind", "").casefold())).removesuffix("s"))


def _number(value: str) -> int | None:
    return int(value) if value else None


def _all_of(problems: list[str], name: str) -> str:
    if len(problems) == 1:
        return problems[0]
    more = f" … and {len(problems) - _SHOWN} more." if len(problems) > _SHOWN else ""
    return f"{name} has {len(problems)} errors: {' '.join(problems[:_SHOWN])}{more}"


def _remarks(listed: Listed, codebook: Codebook, name: str) -> Iterator[str]:
    if listed.unread:
        names = ", ".join(f"“{shortened(one, 40)}”" for one in listed.unread[:5])
        more = f" and {len(listed.unread) - 5} more" if len(listed.unread) > 5 else ""
        yield f"{name}: {names}{more} {'is' if len(listed.unread) == 1 else 'are'} not read."
    if not codebook.kinds and any(entry.values.get("kind") for entry in listed.entries):
        yield f"{name}: its kinds are not used, since the codebook {codebook.id} has none."
    unpaged = [entry for entry in listed.entries if entry.values.get("count") and not entry.values.get("page")]
    for entry in unpaged[:1]:
        others = f" (and {len(unpaged) - 1} more)" if len(unpaged) > 1 else ""
        yield f"{entry.where}: a count without its page{others}; say where it stands, so that others can check it."
