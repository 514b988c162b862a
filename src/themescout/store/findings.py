"""What the machine found: themes and suggestions. Both are replaced whole when they are computed again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from themescout.types import Evidence, Kind, Ranked, Suggestion, Theme

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence


class Themes:
    """Candidate themes and their members."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, themes: Sequence[Theme]) -> None:
        """Make these the study's themes. Must be inside `Store.transaction`."""
        self._db.execute("delete from theme")
        for theme in themes:
            body = asdict(theme)
            members, strengths = body.pop("members"), body.pop("strengths")
            self._db.execute("insert into theme values (?, ?)", (theme.id, _dump(body)))
            self._db.executemany(
                "insert into theme_member values (?, ?, ?, ?)",
                [(m, theme.id, i, s) for i, (m, s) in enumerate(zip(members, strengths, strict=True))],
            )

    def all(self) -> tuple[Theme, ...]:
        """Every theme, by id, with its members, strongest first."""
        members: dict[int, list[tuple[str, float]]] = {}
        for theme, segment, strength in self._db.execute(
            "select theme, segment, strength from theme_member order by theme, position"
        ):
            members.setdefault(theme, []).append((segment, strength))
        rows = self._db.execute("select id, body from theme order by id")
        return tuple(_theme(json.loads(body), members.get(number, [])) for number, body in rows)

    def count(self) -> int:
        """Number of themes."""
        return int(self._db.execute("select count(*) from theme").fetchone()[0])


class Suggestions:
    """One suggestion for each segment that has one."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, suggestions: Sequence[Suggestion]) -> None:
        """Make these the study's suggestions. Must be inside `Store.transaction`."""
        self._db.execute("delete from suggestion")
        self._db.executemany(
            "insert into suggestion values (?, ?)", [(s.segment, _dump(asdict(s))) for s in suggestions]
        )

    def all(self) -> Mapping[str, Suggestion]:
        """Segment id to suggestion, ordered by segment id."""
        return {item.segment: item for item in self._read("", ())}

    def get(self, segment: str) -> Suggestion | None:
        """The suggestion for one segment."""
        return next(self._read("where segment = ?", (segment,)), None)

    def count(self) -> int:
        """Number of segments with a suggestion."""
        return int(self._db.execute("select count(*) from suggestion").fetchone()[0])

    def _read(self, where: str, values: tuple[str, ...]) -> Iterator[Suggestion]:
        for (body,) in self._db.execute(f"select body from suggestion {where} order by segment", values):
            yield _suggestion(json.loads(body))


def _theme(body: dict[str, Any], members: Sequence[tuple[str, float]]) -> Theme:
    return Theme(
        id=body["id"],
        label=body["label"],
        keywords=tuple(body["keywords"]),
        members=tuple(member for member, _ in members),
        strengths=tuple(strength for _, strength in members),
        exemplars=tuple(body["exemplars"]),
        found_in=body["found_in"],
        runs=body["runs"],
        codes=tuple((code, share) for code, share in body["codes"]),
    )


def _suggestion(body: dict[str, Any]) -> Suggestion:
    return Suggestion(
        segment=body["segment"],
        kind=None if body["kind"] is None else Kind(body["kind"]),
        kind_p=body["kind_p"],
        ranked=tuple(
            Ranked(code=r["code"], p=r["p"], evidence=tuple(Evidence(**e) for e in r["evidence"]))
            for r in body["ranked"]
        ),
        codes=None if body["codes"] is None else tuple(body["codes"]),
        abstained=body["abstained"],
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
