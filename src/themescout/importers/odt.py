"""OpenDocument texts: paragraphs and tables in the order of the page, bold openings, indentation."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from themescout.errors import FileProblemError
from themescout.importers import columns, limits, runs
from themescout.importers.runs import Run
from themescout.types import RawTranscript

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from themescout.types import Line

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"

_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
# Not speech. Deleted passages stand in `tracked-changes` before the text, text boxes in frames.
_SKIPPED = {
    f"{_TEXT}note",
    f"{_TEXT}tracked-changes",
    f"{_TEXT}ruby-text",
    f"{_TEXT}table-of-content",
    f"{_OFFICE}annotation",
    f"{_DRAW}frame",
}
_ROW_GROUPS = {f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"}
_STEP = 34.0  # points: half an inch is 36, 1.25 cm is 35.4
_POINTS = {"in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pt": 1.0, "pc": 12.0, "px": 0.75}
_LENGTH = re.compile(r"(-?\d{0,5}(?:\.\d+)?)(in|cm|mm|pt|pc|px)")
_BLANKS = 1_000  # in a row; more is damage or mischief


class OdtImporter:
    """Reads `.odt`."""

    suffixes = (".odt",)

    def read(self, path: Path) -> tuple[RawTranscript, ...]:
        """The one interview of the document. Notes, comments, frames and deleted passages are no speech."""
        limits.check_zip(path)
        content, styles = _parts(path)
        document = _Document(content, styles)
        try:
            found = tuple(document.lines())
        except RecursionError as error:
            raise limits.damaged(path) from error
        limits.check_lines(found, path.name)
        if not found:
            raise FileProblemError(f"{path.name} has no text.", "If it shows scanned pages, run it through OCR first.")
        return (RawTranscript(name=path.stem, lines=found, format="odt", problems=document.problems()),)


def _parts(path: Path) -> tuple[Element, Element | None]:
    """Content and styles, parsed."""
    # defusedxml refuses entities and is only needed where XML is read.
    from defusedxml import DefusedXmlException  # noqa: PLC0415
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415

    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise limits.locked(path)
        try:
            content = fromstring(archive.read("content.xml"))
            styles = fromstring(archive.read("styles.xml")) if "styles.xml" in names else None
        except (ParseError, DefusedXmlException, KeyError, ValueError, LookupError) as error:
            raise limits.damaged(path) from error
    if content.find(f"{_OFFICE}body/{_OFFICE}text") is None:
        raise limits.damaged(path)
    return content, styles


class _Properties(NamedTuple):
    """What one style says; None where it leaves it to the style it is based on."""

    bold: bool | None
    indent: float | None
    based_on: str


class _Document:
    """The text and the styles of an OpenDocument text."""

    def __init__(self, content: Element, styles: Element | None) -> None:
        self._body = content.find(f"{_OFFICE}body/{_OFFICE}text")
        self._styles: dict[tuple[str, str], _Properties] = {}
        # The automatic styles of styles.xml belong to headers and footers and share names with the content's.
        if styles is not None:
            self._learn(styles.find(f"{_OFFICE}styles"))
        self._learn(content.find(f"{_OFFICE}automatic-styles"))
        self._changed = False
        self._framed = False

    def lines(self) -> Iterator[Line]:
        if self._body is not None:
            yield from self._container(self._body)

    def problems(self) -> tuple[str, ...]:
        found = []
        if self._changed:
            found.append("There are tracked changes: insertions were kept, deletions left out.")
        if self._framed:
            found.append("Text boxes were left out.")
        return tuple(found)

    def _container(self, element: Element) -> Iterator[Line]:
        for child in element:
            if self._skips(child):
                continue
            if child.tag in _PARAGRAPHS:
                yield from self._paragraph(child)
            elif child.tag == f"{_TABLE}table":
                yield from columns.table_lines([self._row(row) for row in _rows(child)])
            else:  # lists, sections, indexes
                yield from self._container(child)

    def _row(self, row: Element) -> list[str]:
        cells = row.findall(f"{_TABLE}table-cell")
        return ["\n".join(line.text for line in self._container(cell)) for cell in cells]

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        style = paragraph.get(f"{_TEXT}style-name", "")
        bold = bool(self._style("paragraph", style, "bold"))
        points = self._style("paragraph", style, "indent") or 0.0
        return runs.lines(self._runs(paragraph, bold=bold), indent=max(0, int(points // _STEP)))

    def _runs(self, element: Element, *, bold: bool) -> Iterator[Run]:
        yield Run(_blanks_as_one(element.text), bold)
        for child in element:
            if not self._skips(child):
                yield from self._piece(child, bold=bold)
            yield Run(_blanks_as_one(child.tail), bold)

    def _piece(self, element: Element, *, bold: bool) -> Iterator[Run]:
        if element.tag == f"{_TEXT}tab":
            yield Run("\t", bold)
        elif element.tag == f"{_TEXT}line-break":
            yield Run("\n", bold)
        elif element.tag == f"{_TEXT}s":
            yield Run(" " * _count(element.get(f"{_TEXT}c", "1")), bold)
        else:
            own = self._style("text", element.get(f"{_TEXT}style-name", ""), "bold")
            yield from self._runs(element, bold=bold if own is None else bool(own))

    def _skips(self, element: Element) -> bool:
        self._changed |= element.tag == f"{_TEXT}tracked-changes"
        self._framed |= element.tag == f"{_DRAW}frame" and element.find(f"{_DRAW}text-box") is not None
        return element.tag in _SKIPPED

    def _learn(self, group: Element | None) -> None:
        for style in group if group is not None else ():
            key = (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", ""))
            self._styles[key] = _properties(style)

    def _style(self, family: str, name: str, what: str) -> float | None:
        """A property of a style or of those it is based on; None where none of them says."""
        seen: set[str] = set()
        while name not in seen and (found := self._styles.get((family, name))):
            seen.add(name)
            value: float | None = getattr(found, what)
            if value is not None:
                return value
            name = found.based_on
        return None


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table, without those of tables in its cells."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _properties(style: Element) -> _Properties:
    text = style.find(f"{_STYLE}text-properties")
    weight = None if text is None else text.get(f"{_FO}font-weight")
    paragraph = style.find(f"{_STYLE}paragraph-properties")
    left = None if paragraph is None else _points(paragraph.get(f"{_FO}margin-left"))
    first = None if paragraph is None else _points(paragraph.get(f"{_FO}text-indent"))
    return _Properties(
        bold=None if weight is None else weight == "bold" or weight in {"600", "700", "800", "900"},
        indent=None if left is None and first is None else (left or 0.0) + (first or 0.0),
        based_on=style.get(f"{_STYLE}parent-style-name", ""),
    )


def _points(length: str | None) -> float | None:
    match = _LENGTH.fullmatch(length or "")
    return float(match.group(1)) * _POINTS[match.group(2)] if match and match.group(1).strip("-.") else None


def _blanks_as_one(text: str | None) -> str:
    """Text as the format reads it: runs of white space in the XML are one blank."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _count(text: str) -> int:
    return min(int(text), _BLANKS) if text.isdecimal() else 1
