"""The person's part in candidate themes: stored, shown at once, undoable, and there when themes are found again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from themescout import codebook, curation, fits, project, settings
from themescout.candidates import NO_THEME, FoundTheme, Loose, Reason, ThemeStatus, ThemeVerb
from themescout.errors import CodebookError, DecisionError, StudyError, ThemeError
from themescout.pipeline import codebook_file, curating, showing, stages
from themescout.pipeline.promoting import Wished
from themescout.review import service as review
from themescout.types import Ranked, Suggestion, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from themescout.candidates import Theme
    from themescout.project import Study


def found(number: int, members: tuple[str, ...], *parts: tuple[str, ...]) -> FoundTheme:
    strengths = tuple(round(0.9 - i / 100, 2) for i in range(len(members)))
    return FoundTheme(id=number, members=members, strengths=strengths, found_in=3, runs=5, parts=parts)


def find(study: Study, *themes: FoundTheme) -> None:
    """Put these in as what the machine found; every other segment is in no theme."""
    taken = {name for theme in themes for name in theme.members}
    rest = [item.id for item in study.store.segments.all() if item.id not in taken]
    with study.store.transaction():
        study.store.found.replace(themes, next_id=max((theme.id for theme in themes), default=-1) + 1)
        study.store.loose.replace([Loose(segment=n, nearest=0, strength=0.1, reason=Reason.FEW) for n in rest])
        curating.refresh(study)


@pytest.fixture
def ids(small: Study) -> tuple[str, ...]:
    """Segment ids of a study with three themes: T1 of six segments in two parts, T2 of four, T3 of two; two in none."""
    stages.cut(small)
    stages.embed_all(small)
    names = tuple(item.id for item in small.store.segments.all())[:14]
    find(small, found(0, names[:6], names[:3], names[3:6]), found(1, names[6:10]), found(2, names[10:12]))
    return names


def sizes(study: Study) -> dict[str, int]:
    return {curation.tag(theme.id): len(theme.members) for theme in study.store.themes.all()}


def everywhere(study: Study) -> list[str]:
    """Each segment as often as it is in a theme or in none."""
    names = [name for theme in study.store.themes.all() for name in theme.members]
    return sorted(names + [item.segment for item in study.store.loose.all()])


def test_found_themes_are_described_and_shown(small: Study, ids: tuple[str, ...]) -> None:
    assert sizes(small) == {"T1": 6, "T2": 4, "T3": 2}
    one = curating.get(small, 0)
    assert one.label
    assert one.keywords
    assert set(one.exemplars) <= set(ids[:6])
    assert [set(part.members) for part in one.subthemes] == [set(ids[:3]), set(ids[3:6])]
    assert (one.found_in, one.runs, one.status) == (3, 5, ThemeStatus.CANDIDATE)


def test_each_decision_is_logged_with_what_was_seen_and_shown_at_once(small: Study, ids: tuple[str, ...]) -> None:
    label = curating.get(small, 1).label
    outcome = curating.name(small, 1, "  Late\nmoney ", coder=" ann ", memo="clear")
    assert outcome.sentence == "T2 is now “Late money”."
    (kept,) = small.store.theme_log.all()
    assert kept == outcome.decisions[0]
    assert (kept.verb, kept.theme, kept.value, kept.coder, kept.memo) == (
        ThemeVerb.NAME,
        1,
        "Late money",
        "ann",
        "clear",
    )
    assert kept.shown == {"1": {"label": label, "name": "", "members": list(ids[6:10])}}
    assert curating.get(small, 1).title == "Late money"


def test_a_decision_and_what_is_shown_are_stored_both_or_neither(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise KeyboardInterrupt

    before = small.store.themes.all()
    monkeypatch.setattr(small.store.loose, "show", broken)
    with pytest.raises(KeyboardInterrupt):
        curating.discard(small, 1, coder="ann")
    assert small.store.theme_log.count() == 0
    assert small.store.themes.all() == before


def test_naming_describes_nothing_anew(small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("themescout.themes.describe", None)
    curating.name(small, 0, "Fuel", coder="ann")
    curating.discard(small, 1, coder="ann")
    curating.undo(small, coder="ann")
    assert curating.get(small, 0).name == "Fuel"


def test_merge_split_and_move(small: Study, ids: tuple[str, ...]) -> None:
    before = everywhere(small)
    said = curating.merge(small, 1, [2, 2], coder="ann").sentence
    assert said == "T3 went into T2, which has 6 segments now."
    assert sizes(small) == {"T1": 6, "T2": 6}
    assert curating.split_part(small, 0, 2, coder="ann").sentence == "T4 is new, with 3 segments of T1."
    assert (curating.get(small, 3).made, set(curating.get(small, 3).members)) == (True, set(ids[3:6]))
    curating.split(small, 1, [ids[6]], coder="ann")
    assert sizes(small) == {"T1": 3, "T2": 5, "T4": 3, "T5": 1}
    curating.move(small, 0, [ids[7], ids[13]], coder="ann")
    curating.move(small, NO_THEME, [ids[8]], coder="ann")
    assert sizes(small) == {"T1": 5, "T2": 3, "T4": 3, "T5": 1}
    out = {item.segment: item for item in small.store.loose.all()}
    assert (out[ids[8]].reason, out[ids[8]].nearest) == (Reason.TAKEN_OUT, 1)
    assert everywhere(small) == before


def test_undo_and_redo_go_step_by_step_and_each_coder_has_their_own(small: Study, ids: tuple[str, ...]) -> None:
    before = small.store.themes.all()
    curating.merge(small, 1, [2, 0], coder="ann")
    curating.tie(small, 1, "money", coder="ben")
    assert curating.undo(small, coder="ann").sentence == "Taken back: merge T1 into T2."
    assert sizes(small) == {"T1": 6, "T2": 6}
    assert curating.redo(small, coder="ann").sentence == "Holds again: merge T1 into T2."
    curating.undo(small, coder="ann")
    curating.undo(small, coder="ann")
    with pytest.raises(DecisionError, match="nothing to undo"):
        curating.undo(small, coder="ann")
    with pytest.raises(DecisionError, match="nothing to redo"):
        curating.redo(small, coder="ben")
    curating.undo(small, coder="ben")
    assert small.store.themes.all() == before
    assert small.store.theme_log.count() == 8


def test_a_discarded_theme_stays_until_it_is_wanted_again(small: Study, ids: tuple[str, ...]) -> None:
    curating.discard(small, 0, coder="ann")
    assert [theme.id for theme in curating.themes(small)] == [1, 2, 0]
    for refused in (
        lambda: curating.merge(small, 0, [1], coder="ann"),
        lambda: curating.move(small, 0, [ids[7]], coder="ann"),
        lambda: curating.split(small, 0, [ids[0]], coder="ann"),
    ):
        with pytest.raises(DecisionError, match="T1 is discarded"):
            refused()
    curating.keep(small, 0, coder="ann")
    assert curating.get(small, 0).status is ThemeStatus.KEPT


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s, i: curating.name(s, 0, " \n", coder="ann"), "at least one letter"),
        (lambda s, i: curating.name(s, 0, "x" * 201, coder="ann"), "201 letters"),
        (lambda s, i: curating.name(s, 0, "x", coder=" "), "needs a coder"),
        (lambda s, i: curating.merge(s, 0, [], coder="ann"), "two themes"),
        (lambda s, i: curating.merge(s, 0, [1, 0], coder="ann"), "T1 cannot be merged into itself"),
        (lambda s, i: curating.split(s, 0, [i[7]], coder="ann"), "T1 has no segment"),
        (lambda s, i: curating.split(s, 1, i[6:10], coder="ann"), "4 of 4 were named"),
        (lambda s, i: curating.split(s, 1, [], coder="ann"), "0 of 4"),
        (lambda s, i: curating.split_part(s, 0, 3, coder="ann"), "T1 has 2 sub-themes"),
        (lambda s, i: curating.split_part(s, 1, 1, coder="ann"), "T2 has no sub-themes"),
        (lambda s, i: curating.move(s, 0, ["nowhere"], coder="ann"), "There is no segment nowhere"),
        (lambda s, i: curating.move(s, 0, [], coder="ann"), "No segment was named"),
        (lambda s, i: curating.tie(s, 0, "MONNEY", coder="ann"), "no code “MONNEY”"),
        (lambda s, i: curating.promote(s, 0, coder="ann"), "T1 has none yet"),
        (lambda s, i: curating.promote(s, 0, Wished(name="x", id="money"), coder="ann"), "a code “money” already"),
    ],
)
def test_what_cannot_be_decided_is_one_sentence_and_changes_nothing(
    small: Study, ids: tuple[str, ...], call: Callable[[Study, tuple[str, ...]], object], message: str
) -> None:
    before = small.store.themes.all()
    with pytest.raises(DecisionError, match=message):
        call(small, ids)
    assert (small.store.theme_log.count(), small.store.themes.all()) == (0, before)


def test_a_wrong_code_is_answered_with_those_spelt_alike(small: Study, ids: tuple[str, ...]) -> None:
    with pytest.raises(DecisionError) as caught:
        curating.tie(small, 0, "money-laet", coder="ann")
    assert "MONEY-LATE" in caught.value.hint
    assert curating.tie(small, 0, "money-late", coder="ann").sentence == "T1 is tied to MONEY-LATE."
    assert curating.get(small, 0).tied == "MONEY-LATE"
    assert curating.tie(small, 0, "", coder="ann").sentence == "T1 is tied to no code."


def test_a_theme_that_is_no_longer_there_says_what_became_of_it(small: Study, ids: tuple[str, ...]) -> None:
    curating.merge(small, 1, [2], coder="ann")
    curating.split(small, 0, [ids[0]], coder="ann")
    curating.undo(small, coder="ann")
    with pytest.raises(ThemeError, match=r"T3 is no longer there: it was merged into T2 by ann on \d{4}-"):
        curating.keep(small, 2, coder="ann")
    with pytest.raises(ThemeError, match="T4 is no longer there: its split was taken back"):
        curating.keep(small, 3, coder="ann")
    find(small, found(0, ids[:6]))
    with pytest.raises(ThemeError, match="T2 is no longer there: it was not found again") as caught:
        curating.keep(small, 1, coder="ann")
    assert "themescout themes list" in caught.value.hint
    with pytest.raises(ThemeError, match="There is no theme T9"):
        curating.keep(small, 8, coder="ann")
    with pytest.raises(ThemeError, match="T2 is no longer"):
        curating.merge(small, 0, [1], coder="ann")


def test_a_study_without_themes_says_so(small: Study) -> None:
    with pytest.raises(ThemeError, match="has no themes yet"):
        curating.get(small, 0)


def test_decisions_survive_when_themes_are_found_again(small: Study, ids: tuple[str, ...]) -> None:
    curating.name(small, 1, "Late money", coder="ann")
    curating.split(small, 0, ids[3:6], coder="ann")
    curating.name(small, 3, "By hand", coder="ann")
    curating.discard(small, 2, coder="ann")
    known = curating.remembered(small)
    groups = [ids[10:12], ids[3:6], (*ids[6:10], ids[12]), ids[:3], ids[13:]]
    numbers, following = curation.match(known, groups, next_id=small.store.found.next_id())
    assert (numbers, following) == ((2, 3, 1, 0, 4), 5)
    find(small, *(found(number, tuple(group)) for number, group in zip(numbers, groups, strict=True)))
    shown = {theme.id: theme for theme in small.store.themes.all()}
    assert (shown[1].name, len(shown[1].members)) == ("Late money", 5)
    assert (shown[3].name, shown[3].made) == ("By hand", False)
    assert shown[2].status is ThemeStatus.DISCARDED
    assert curating.notes(small) == ()


def test_a_theme_that_was_not_found_once_is_known_when_it_is_back(small: Study, ids: tuple[str, ...]) -> None:
    curating.name(small, 2, "Rare", coder="ann")
    find(small, found(0, ids[:6]))
    assert curating.notes(small)[0].endswith("does not apply now: T3 was not found again.")
    numbers, _ = curation.match(curating.remembered(small), [ids[10:12]], next_id=small.store.found.next_id())
    assert numbers == (2,)


def test_themes_tell_which_codes_they_fit_once_there_are_suggestions(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[object, ...]] = []

    def spy(*args: object, said: object) -> tuple[Theme, ...]:
        seen.append((*args, said))
        return with_fits(*args, said=said)  # type: ignore[arg-type]

    with_fits = fits.with_fits
    monkeypatch.setattr(fits, "with_fits", spy)
    curating.refresh(small)
    assert not seen
    rank = (Ranked(code="PEOPLE", p=0.9),)
    items = {item.id: item for item in small.store.segments.all()}
    small.store.suggestions.replace(
        [Suggestion(segment=n, kind=None, kind_p=0, ranked=rank, abstained=n == ids[0]) for n in ids[:2]]
    )
    review.decide(
        small, segment=ids[3], verdict=Verdict.ACCEPT, coder="ann", code="MONEY-PAY", book=stages.load_codebook(small)
    )
    curating.refresh(small)
    _, rows, _, texts, _, best, confirmed, categories, said = seen[0]
    assert list(rows) == list(items)  # type: ignore[call-overload]
    assert {text.code for text in texts} == {"MONEY-LATE", "MONEY-PAY", "PEOPLE"}  # type: ignore[attr-defined]
    assert (best, confirmed) == ({ids[1]: "PEOPLE"}, {ids[3]: "MONEY-PAY"})
    assert categories == {"MONEY": "MONEY", "MONEY-LATE": "MONEY", "MONEY-PAY": "MONEY", "PEOPLE": "PEOPLE"}
    assert said == {name: item.text for name, item in items.items()}


FILE = """\
# Ours. Do not touch!
title:   Small   # odd blanks
codes:
    # the first
    - {id: MONEY, name: "Money", definition: 'Funds.'}
    -   name: People
        id: PEOPLE
        children:
        - id: PEOPLE-FEW
          name: Few
          definition: |
            Too few,

            or none 😀.

# What follows is for everything.
rules: [Be fair.]   # the end"""


@pytest.fixture
def own(small: Study, ids: tuple[str, ...]) -> Callable[..., tuple[Study, Path]]:
    """The study with another codebook file."""

    def make(text: str, name: str = "small.yaml") -> tuple[Study, Path]:
        path = small.folder / name
        path.write_bytes(text.encode())
        toml = small.folder / project.SETTINGS_FILE
        toml.write_text(toml.read_text("utf-8").replace('"small.yaml"', f'"{name}"'), "utf-8")
        made = replace(small.settings.study, codebook=name)
        return replace(small, settings=replace(small.settings, study=made)), path

    return make


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "text",
    [
        FILE,
        FILE.partition("\n# What")[0],
        "- name: Money\n- name: People\n  note: theirs\n",
        "codes:\n- id: A\n  name: a\n  include:\n  - one\n  - two  # why\nrules:\n- Be fair.",
    ],
)
def test_a_code_is_added_to_a_persons_file_and_nothing_else_changes(
    own: Callable[..., tuple[Study, Path]], text: str, ending: str, mark: str
) -> None:
    study, path = own(mark + text.replace("\n", ending))
    before = codebook.load("small.yaml", folder=study.folder)
    quotes = {item.id: item.text for item in study.store.segments.all()}
    said = curating.promote(study, 0, Wished(name="Fuel: “none” # é", definition="No fuel."), coder="ann").sentence
    assert "the rest of that file is as it was" in said
    after = codebook.load("small.yaml", folder=study.folder)
    assert after.codes[:-1] == before.codes
    new = after.codes[-1]
    assert (new.name, new.definition, new.parent) == ("Fuel: “none” # é", "No fuel.", None)
    assert len(new.examples[""]) == 2
    assert set(new.examples[""]) <= {" ".join(quote.split()) for quote in quotes.values()}
    written = path.read_bytes().decode()
    added = [line for line in written.splitlines() if line not in (mark + text).splitlines()]
    kept = [line for line in written.splitlines() if line not in added]
    assert kept == (mark + text).splitlines()
    assert ("\r\n" in written) == (ending == "\r\n")
    theme = curating.get(study, 0)
    assert (theme.status, theme.tied) == (ThemeStatus.PROMOTED, new.id)
    with pytest.raises(DecisionError, match="T1 is a code already"):
        curating.promote(study, 0, Wished(name="x"), coder="ann")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("codes: [{id: MONEY, name: Money}, {id: PEOPLE, name: People}]\n", "small.yaml"),
        ('[{"name": "Money", "colour": "red"}, {"name": "People"}]', "small.json"),
        ("name,colour\nMoney,red\nPeople,\n", "small.csv"),
    ],
)
def test_a_file_that_would_have_to_be_rewritten_is_left_alone(
    own: Callable[..., tuple[Study, Path]], text: str, name: str
) -> None:
    study, path = own(text, name)
    said = curating.promote(study, 0, Wished(name="Fuel"), coder="ann").sentence
    assert f"{name} cannot be added to without rewriting it" in said
    assert "codebook.yaml" in said
    assert path.read_bytes() == text.encode()
    with project.open_study(study.folder) as again:
        assert again.settings.study.codebook == "codebook.yaml"
        book = stages.load_codebook(again)
    assert [code.name for code in book.codes] == ["Money", "People", "Fuel"]


def test_a_built_in_codebook_is_copied_into_the_study(small: Study, ids: tuple[str, ...]) -> None:
    toml = small.folder / project.SETTINGS_FILE
    text = toml.read_text("utf-8").replace('codebook = "small.yaml"', "codebook = 'scale-up'  # ours, for now")
    toml.write_text(f"# kept\n{text}", "utf-8")
    (small.folder / "codebook.yaml").write_text("mine", "utf-8")
    with project.open_study(small.folder) as study:
        curating.tie(study, 0, "c5", coder="ann")
        curating.name(study, 0, "Fuel for motorbikes", coder="ann")
        said = curating.promote(study, 0, Wished(definition="No fuel."), coder="ann").sentence
    assert "comes with themescout, so the study has its own copy now: codebook-2.yaml" in said
    assert (small.folder / "codebook.yaml").read_text("utf-8") == "mine"
    after = toml.read_text("utf-8")
    assert after == f"# kept\n{text}".replace("'scale-up'", '"codebook-2.yaml"')
    with project.open_study(small.folder) as study:
        book = stages.load_codebook(study)
        assert book.codes[:-1] == codebook.load("scale-up").codes
        assert book.codes[-1].parent == "C5"
        assert curating.get(study, 0).tied == book.codes[-1].id
        assert curating.undo(study, coder="ann").sentence.endswith("take it out there if it is not wanted.")
        assert curating.get(study, 0).tied == "C5"


def test_a_file_elsewhere_is_left_alone(small: Study, ids: tuple[str, ...], tmp_path: Path) -> None:
    shared = tmp_path / "shared.yaml"
    shared.write_text(FILE, "utf-8")
    toml = small.folder / project.SETTINGS_FILE
    toml.write_text(toml.read_text("utf-8").replace('"small.yaml"', f'"{shared}"'), "utf-8")
    with project.open_study(small.folder) as study:
        said = curating.promote(study, 0, Wished(name="Fuel", under="people"), coder="ann").sentence
        assert "shared.yaml is not in the study's folder" in said
    assert shared.read_text("utf-8") == FILE


def test_a_sub_code_below_a_code_that_segments_can_be_given_is_said(small: Study, ids: tuple[str, ...]) -> None:
    said = curating.promote(small, 0, Wished(name="Fuel", under="PEOPLE"), coder="ann").sentence
    assert said.endswith("PEOPLE has a sub-code now, so segments can no longer be given PEOPLE itself.")
    assert small.store.themes.all()[0].tied == "FUEL"


def test_new_ids_look_like_those_beside_them_and_are_free(small: Study, ids: tuple[str, ...]) -> None:
    curating.promote(small, 0, Wished(name="Fuel", under="MONEY"), coder="ann")
    curating.promote(small, 1, Wished(name="fuel", under="MONEY"), coder="ann")
    assert [theme.tied for theme in small.store.themes.all()] == ["MONEY-FUEL", "MONEY-FUEL-2", ""]


def test_a_promotion_that_cannot_be_written_is_no_decision(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    before = (small.folder / "small.yaml").read_bytes()
    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(CodebookError, match=r"small\.yaml cannot be written: No space left"):
        curating.promote(small, 0, Wished(name="Fuel"), coder="ann")
    assert (small.folder / "small.yaml").read_bytes() == before
    assert small.store.theme_log.count() == 0
    assert curating.get(small, 0).status is ThemeStatus.CANDIDATE


def test_settings_from_elsewhere_are_not_argued_with(small: Study, ids: tuple[str, ...]) -> None:
    study = replace(small, settings=replace(small.settings, study=replace(small.settings.study, codebook="scale-up")))
    with pytest.raises(StudyError, match="names another codebook"):
        curating.promote(study, 0, Wished(name="Fuel"), coder="ann")
    assert not (small.folder / "codebook.yaml").exists()
    assert small.store.theme_log.count() == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\n\n[study]\ncodebook = 'n'\n"),
        ("seed = 3", "seed = 3\n\n[study]\ncodebook = 'n'\n"),
        ("[study]  # x\ntitle = 'codebook = 1'", "[study]  # x\ncodebook = 'n'\ntitle = 'codebook = 1'"),
        ("[study]\r\n  codebook='a' # b\r\n[report]\r\n", "[study]\r\n  codebook='n' # b\r\n[report]\r\n"),
    ],
)
def test_the_settings_file_is_changed_in_one_place(before: str, after: str) -> None:
    assert next(text for text in codebook_file._pointed(before, "'n'") if codebook_file._names(text, "n")) == after


def test_what_cannot_be_seen_or_stored_is_no_name_and_no_coder(small: Study, ids: tuple[str, ...]) -> None:
    assert ids
    with pytest.raises(DecisionError, match="at least one letter"):
        curating.name(small, 0, "\u200b\u202e", coder="ann")
    with pytest.raises(DecisionError, match="needs a coder"):
        curating.name(small, 0, "Fuel", coder="\ud800")
    (kept,) = curating.name(small, 0, "🙂 مال", coder="an\ud800n\n", memo="why\ud800").decisions
    assert (kept.value, kept.coder, kept.memo) == ("🙂 مال", "ann", "why")
    curating.undo(small, coder="ann")


def test_in_a_large_study_a_decision_describes_what_it_changed_until_all_is_settled(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small.store.themes.all()
    monkeypatch.setattr(showing, "MANY", 1)
    monkeypatch.setattr(showing, "_BESIDE", 2)
    curating.merge(small, 0, [1], coder="ann")
    assert sizes(small) == {"T1": 10, "T3": 2}
    merged, other = small.store.themes.all()
    assert other == before[2]
    assert set(merged.exemplars) <= set(ids[:10])
    assert merged.informants == len({(item.transcript, item.speaker) for item in small.store.segments.some(ids[:10])})
    assert showing.in_part(small)
    curating.settle(small)
    assert not showing.in_part(small)
    settled = small.store.themes.all()
    curating.refresh(small)
    assert small.store.themes.all() == settled
    assert [theme.members for theme in settled] == [merged.members, other.members]


def test_in_a_large_study_undo_brings_the_label_back_and_no_two_are_alike(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {theme.id: (theme.label, theme.members) for theme in small.store.themes.all()}
    monkeypatch.setattr(showing, "MANY", 1)
    monkeypatch.setattr(showing, "_BESIDE", 1)
    for decide in (
        lambda: curating.merge(small, 0, [2], coder="ann"),
        lambda: curating.split(small, 1, ids[6:8], coder="ann"),
        lambda: curating.move(small, 1, ids[:1], coder="ann"),
    ):
        decide()
        labels = [theme.label.lower() for theme in small.store.themes.all()]
        assert len(set(labels)) == len(labels)
    for _ in range(3):
        curating.undo(small, coder="ann")
    assert {theme.id: (theme.label, theme.members) for theme in small.store.themes.all()} == before


def test_a_run_settles_the_themes(small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    stages.suggest(small)
    monkeypatch.setattr(showing, "MANY", 1)
    curating.merge(small, 0, [1], coder="ann")
    assert showing.in_part(small)
    assert stages.suggest(small).fresh
    assert not showing.in_part(small)
    assert sizes(small)["T1"] == len(ids[:10])


def test_suggesting_ties_themes_anew_without_reading_their_words_again(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    stages.suggest(small)
    before = small.store.themes.all()
    curating.refresh(small)
    assert small.store.themes.all() == before
    stages.suggest(replace(small, settings=settings.changed(small.settings, "suggest", listed=1)))
    small.store.suggestions.replace([])
    monkeypatch.setattr("themescout.themes.describe", None)
    curating.refit(small)
    assert [(theme.label, theme.members) for theme in small.store.themes.all()] == [
        (theme.label, theme.members) for theme in before
    ]
    assert all(theme.fits == () for theme in small.store.themes.all())


def test_tying_describes_themes_that_were_found_anew_or_shown_in_part(
    small: Study, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with small.store.transaction():
        small.store.found.replace([found(0, ids[:4])], next_id=3)
    curating.refit(small)
    assert sizes(small) == {"T1": 4}
    find(small, found(0, ids[:6]), found(1, ids[6:10]))
    monkeypatch.setattr(showing, "MANY", 1)
    curating.merge(small, 0, [1], coder="ann")
    assert showing.in_part(small)
    curating.refit(small)
    assert not showing.in_part(small)
