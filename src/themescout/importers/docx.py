"""Word documents: paragraphs and tables in the order of the page, bold openings, indentation."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from themescout.errors import FileProblemError
from themescout.importers import columns, limits, runs
from themescout.importers.runs import Run
from themescout.types import RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from themescout.types import Line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# Not speech: what was deleted or moved away, text boxes, field codes, and phonetic guides over words.
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "rt", "pPr")} | {_FALLBACK}
_CHANGES = {f"{_W}{name}" for name in ("del", "moveFrom")}
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")}
_STEP = 680  # twentieths of a point: Word's half inch is 720, LibreOffice's 1.25 cm is 709


class DocxImporter:
    """Reads `.docx`."""

    suffixes = (".docx",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """The one interview of the document. Comments, footnotes, headers and text boxes are no speech."""
        limits.check_zip(path)
        document = _Document(_opened(path))
        found = tuple(document.lines())
        limits.check_lines(found, path.name)
        if not found:
            raise FileProblemError(f"{path.name} has no text.", "If it shows scanned pages, run it through OCR first.")
        return (RawTranscript(name=path.stem, lines=found, format="docx", problems=document.problems()),)


def _opened(path: Path) -> Any:
    # python-docx loads lxml, which is only needed for this format.
    import docx  # noqa: PLC0415
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415

    try:
        document = docx.Document(str(path))
        # Both parts are parsed when first asked for; damage must show here.
        _ = (document.element.body, document.styles.element)
    # lxml speaks of bad XML in SyntaxErrors; the others come from parts that are missing or misplaced.
    except (PackageNotFoundError, SyntaxError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise limits.damaged(path) from error
    return document


class _Document:
    """The body and the styles of a Word document, read straight from their XML.

    python-docx's own `paragraph.text` leaves out tracked insertions and what stands in content controls.
    """

    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._styles_root = document.styles.element
        self._deletions = 0
        self._boxes = 0

    def lines(self) -> Iterator[Line]:
        yield from self._container(self._body)

    def problems(self) -> tuple[str, ...]:
        found = []
        if self._deletions:
            found.append("There are tracked changes: insertions were kept, deletions left out.")
        if self._boxes:
            found.append("Text boxes were left out.")
        return tuple(found)

    def _container(self, element: Any) -> Iterator[Line]:
        for child in element:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                yield from columns.table_lines([self._row(row) for row in _inner(child, "tr")])
            elif child.tag in _WRAPPERS:
                yield from self._container(child)

    def _row(self, row: Any) -> list[str]:
        return ["\n".join(line.text for line in self._container(cell)) for cell in _inner(row, "tc")]

    def _paragraph(self, paragraph: Any) -> Iterator[Line]:
        style = _value(paragraph.find(f"{_W}pPr/{_W}pStyle")) or self._default_style
        bold = self._style(style, "bold") or False
        return runs.lines(self._runs(paragraph, bold=bold), indent=self._indent(paragraph, style))

    def _runs(self, element: Any, *, bold: bool) -> Iterator[Run]:
        for child in element:
            if child.tag in _SKIPPED:
                self._deletions += child.tag in _CHANGES
                self._boxes += child.tag == f"{_W}txbxContent"
            elif child.tag == f"{_W}t":
                yield Run(child.text or "", bold)
            elif child.tag in _SIGNS:
                yield Run(_SIGNS[child.tag], bold)
            elif child.tag == f"{_W}r":
                yield from self._runs(child, bold=self._run_is_bold(child, bold=bold))
            else:
                yield from self._runs(child, bold=bold)

    def _run_is_bold(self, run: Any, *, bold: bool) -> bool:
        own = _switch(run.find(f"{_W}rPr/{_W}b"))
        if own is None:
            own = self._style(_value(run.find(f"{_W}rPr/{_W}rStyle")), "bold")
        return bold if own is None else own

    def _indent(self, paragraph: Any, style: str) -> int:
        """Steps by which the paragraph's first line stands right of the margin."""
        left, first = self._style(style, "indent") or (0, 0)
        if (own := paragraph.find(f"{_W}pPr/{_W}ind")) is not None:
            left, first = _indents(own, left, first)
        return max(0, left + first) // _STEP

    def _style(self, name: str, what: str) -> Any:
        """A property of a style or of the styles it is based on; None where none of them says."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            if (found := self._styles[name][what]) is not None:
                return found
            name = self._styles[name]["based_on"]
        return None

    @cached_property
    def _styles(self) -> dict[str, dict[str, Any]]:
        return {
            style.get(f"{_W}styleId", ""): {
                "bold": _switch(style.find(f"{_W}rPr/{_W}b")),
                "indent": None if (ind := style.find(f"{_W}pPr/{_W}ind")) is None else _indents(ind, 0, 0),
                "based_on": _value(style.find(f"{_W}basedOn")),
            }
            for style in self._styles_root.iter(f"{_W}style")
        }

    @cached_property
    def _default_style(self) -> str:
        for style in self._styles_root.iter(f"{_W}style"):
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in {"1", "true", "on"}:
                return str(style.get(f"{_W}styleId", ""))
        return ""


def _inner(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, without those of tables in its cells."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inner(child, name)


def _value(element: Any) -> str:
    return "" if element is None else str(element.get(f"{_W}val", ""))


def _switch(element: Any) -> bool | None:
    """A property that is on when it stands there without a value."""
    return None if element is None else _value(element) not in {"0", "false", "off", "none"}


def _indents(element: Any, left: int, first: int) -> tuple[int, int]:
    """Left indentation and that of the first line relative to it, in twentieths of a point."""
    left = _number(element.get(f"{_W}left", element.get(f"{_W}start")), left)
    if (hanging := element.get(f"{_W}hanging")) is not None:
        return left, -_number(hanging, 0)
    return left, _number(element.get(f"{_W}firstLine"), first)


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int(float(text)) if text else otherwise
    except (ValueError, OverflowError):
        return otherwise
