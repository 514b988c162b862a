"""Themes as the machine found them, as they are shown, and the segments in none. Replaced whole when made again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from themescout.candidates import Fit, FoundTheme, Loose, Reason, SubTheme, Theme, ThemeStatus
from themescout.store.findings import dump
from themescout.types import Evidence

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence


class FoundThemes:
    """The last run's themes, and the numbers of themes. Segments that went since are still named."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, found: Sequence[FoundTheme], *, next_id: int) -> None:
        """Make these the themes found last; `next_id` is the next free number. Must be inside `Store.transaction`."""
        _replace(self._db, "found_theme", "found_member", found)
        self._db.execute("update theme_number set next = max(next, ?)", (next_id,))

    def all(self) -> tuple[FoundTheme, ...]:
        """Every theme found last, by number, with its members, strongest first."""
        return tuple(
            FoundTheme(
                id=body["id"],
                members=tuple(name for name, _ in members),
                strengths=tuple(strength for _, strength in members),
                found_in=body["found_in"],
                runs=body["runs"],
                parts=tuple(tuple(part) for part in body["parts"]),
            )
            for body, members in _read(self._db, "found_theme", "found_member")
        )

    def next_id(self) -> int:
        """The smallest number that was never given to a theme, found or made by a person."""
        numbers = (
            "select next from theme_number",
            "select coalesce(max(id), -1) + 1 from found_theme",
            "select coalesce(max(theme), -1) + 1 from theme_decision",
            "select coalesce(max(into_theme), -1) + 1 from theme_decision",
        )
        return max(int(self._db.execute(query).fetchone()[0]) for query in numbers)


class LooseSegments:
    """The segments in no theme: as the machine left them out, and as they are shown after a person's decisions."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, loose: Sequence[Loose]) -> None:
        """Make these the segments left out by the last run, and show them. Must be inside `Store.transaction`."""
        self._write("found_loose", loose)
        self.show(loose)

    def show(self, loose: Sequence[Loose]) -> None:
        """Make these the segments shown as in no theme. Must be inside `Store.transaction`."""
        self._write("loose", loose)

    def found(self) -> tuple[Loose, ...]:
        """What the last run left out, in its order; segments that went since are still named."""
        return self._all("found_loose")

    def all(self) -> tuple[Loose, ...]:
        """What is shown, in order."""
        return self._all("loose")

    def count(self) -> int:
        """Number of segments shown as in no theme."""
        return int(self._db.execute("select count(*) from loose").fetchone()[0])

    def _write(self, table: str, loose: Sequence[Loose]) -> None:
        self._db.execute(f"delete from {table}")
        self._db.executemany(
            f"insert into {table} values (?, ?, ?, ?, ?)",
            [(item.segment, item.nearest, item.strength, item.reason, i) for i, item in enumerate(loose)],
        )

    def _all(self, table: str) -> tuple[Loose, ...]:
        rows = self._db.execute(f"select segment, nearest, strength, reason from {table} order by position")
        return tuple(Loose(segment=r[0], nearest=r[1], strength=r[2], reason=Reason(r[3])) for r in rows)


class Themes:
    """The themes as they are shown, discarded ones too."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def replace(self, themes: Sequence[Theme]) -> None:
        """Make these the study's themes. Must be inside `Store.transaction`. What stays as it is is not written."""
        before = {theme.id: theme for theme in self.all()}
        changed = [theme for theme in themes if before.get(theme.id) != theme]
        gone = [(number,) for number in {*before.keys() - {t.id for t in themes}, *(t.id for t in changed)}]
        # A segment is in one theme: all that change are taken out before any is put in.
        self._db.executemany("delete from theme_member where theme = ?", gone)
        self._db.executemany("delete from theme where id = ?", gone)
        _add(self._db, "theme", "theme_member", changed)

    def all(self) -> tuple[Theme, ...]:
        """Every theme, by number, with its members, strongest first."""
        return tuple(_theme(body, members) for body, members in _read(self._db, "theme", "theme_member"))

    def get(self, number: int) -> Theme | None:
        """One theme."""
        return next((theme for theme in self.all() if theme.id == number), None)

    def count(self) -> int:
        """Number of themes, discarded ones left out."""
        bodies = self._db.execute("select body from theme order by id")
        return sum(json.loads(body)["status"] != ThemeStatus.DISCARDED for (body,) in bodies)


def _replace(db: sqlite3.Connection, table: str, member_table: str, themes: Sequence[FoundTheme | Theme]) -> None:
    db.execute(f"delete from {table}")
    _add(db, table, member_table, themes)


def _add(db: sqlite3.Connection, table: str, member_table: str, themes: Sequence[FoundTheme | Theme]) -> None:
    for theme in themes:
        body = asdict(theme)
        members, strengths = body.pop("members"), body.pop("strengths")
        db.execute(f"insert into {table} values (?, ?)", (theme.id, dump(body)))
        db.executemany(
            f"insert into {member_table} values (?, ?, ?, ?)",
            [(m, theme.id, i, s) for i, (m, s) in enumerate(zip(members, strengths, strict=True))],
        )


def _read(
    db: sqlite3.Connection, table: str, member_table: str
) -> Iterator[tuple[dict[str, Any], list[tuple[str, float]]]]:
    members: dict[int, list[tuple[str, float]]] = {}
    for theme, segment, strength in db.execute(
        f"select theme, segment, strength from {member_table} order by theme, position"
    ):
        members.setdefault(theme, []).append((segment, strength))
    for number, body in db.execute(f"select id, body from {table} order by id").fetchall():
        yield json.loads(body), members.get(number, [])


def _theme(body: dict[str, Any], members: Sequence[tuple[str, float]]) -> Theme:
    made: dict[str, Any] = {
        "keywords": tuple(body["keywords"]),
        "exemplars": tuple(body["exemplars"]),
        "merged": tuple(body["merged"]),
        "status": ThemeStatus(body["status"]),
        "subthemes": tuple(
            SubTheme(label=part["label"], **{key: tuple(part[key]) for key in ("keywords", "members", "exemplars")})
            for part in body["subthemes"]
        ),
        "fits": tuple(
            Fit(**(fit | {"evidence": tuple(Evidence(**item) for item in fit["evidence"])})) for fit in body["fits"]
        ),
        "members": tuple(name for name, _ in members),
        "strengths": tuple(strength for _, strength in members),
    }
    return Theme(**(body | made))
