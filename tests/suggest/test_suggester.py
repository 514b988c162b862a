"""Suggestions: probabilities, evidence that is verbatim, decisions that are learned from, silence."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sklearn.base import clone

from themescout import codebook
from themescout.codebook import Code, Codebook
from themescout.embed.ngrams import NgramEmbedder
from themescout.suggest import Labelled, Rows, Suggester, code_texts, suggester
from themescout.suggest.head import Head, head_for
from themescout.suggest.honesty import Standing
from themescout.types import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from themescout.types import Suggestion

BOOK = codebook.load("scale-up")
PLAIN = Codebook(
    id="plain",
    codes=(
        Code(
            id="F", name="Fuel", definition="Petrol and transport.", include=("motorbikes",), keywords=("fuel", "bike")
        ),
        Code(id="P", name="Pay", examples={"": ("My salary was late.",)}),
        Code(id="D", name="Drugs"),
        Code(id="D1", name="Stock-outs", parent="D", definition="Medicine ran out."),
        Code(id="D-OTHER", name="Other", parent="D"),
    ),
)
KINDS = replace(PLAIN, kinds=BOOK.kinds)
EMBEDDER = NgramEmbedder()
SAID = ("There was no fuel for the motorbikes.", "My salary was late again.", "Medicine ran out in May.", "😀")
CODES = ("F", "P", "D1", "D-OTHER")
WORDS = {
    "F": ("fuel", "petrol", "the motorbike", "the tank"),
    "P": ("the salary", "our pay", "the allowance", "the wages"),
    "D1": ("medicine", "the vaccine", "the drugs", "tablets"),
    "D-OTHER": ("the road", "the rain", "the roof", "the well"),
}
WAYS = ("{} was late in {}.", "Nobody brought {} to {}.", "In {1} we waited for {0}.", "{} is a problem in {}.")
PLACES = ("Kumi", "Soroti", "Lira", "Gulu", "Arua", "Mbale")


def rows(said: Sequence[str], docs: Sequence[str] = (), prefix: str = "s") -> Rows:
    names = [f"{prefix}{i}" for i in range(len(said))]
    return Rows.of(names, said, EMBEDDER.embed(said), docs=docs)


def known_rows(labelled: Sequence[Labelled]) -> Rows:
    texts = [item.text for item in labelled]
    return Rows.of([item.segment for item in labelled], texts, EMBEDDER.embed(texts), docs=[i.doc for i in labelled])


def fitted(book: Codebook, labelled: Sequence[Labelled] = (), study: Rows | None = None, seed: int = 0) -> Suggester:
    texts = code_texts(book)
    x = EMBEDDER.embed([text.embedded for text in texts])
    return Suggester(book, random_state=seed).fit(texts, x, labelled, known_rows(labelled), study)


def suggested(book: Codebook, said: Sequence[str], labelled: Sequence[Labelled] = ()) -> tuple[Suggestion, ...]:
    return fitted(book, labelled).suggest(rows(said))


def decided(text: str, *codes: str, kind: str = "", n: int = 1, doc: str = "") -> list[Labelled]:
    return [Labelled(segment=f"{text}{i}", text=text, codes=codes, kind=kind, doc=doc) for i in range(n)]


def coded_study(n: int = 96) -> list[Labelled]:
    """Decisions in six interviews, each code said in four words and four ways."""
    made = []
    for i in range(n):
        code, way, place = CODES[i % 4], WAYS[i // 4 % 4], PLACES[i // 16 % 6]
        text = way.format(WORDS[code][(i // 4 + i // 16) % 4], place)
        made.append(Labelled(segment=f"d{i}", text=text, codes=(code,), kind="barrier", doc=place))
    return made


@pytest.fixture(scope="module")
def matcher() -> Suggester:
    return fitted(BOOK)


@pytest.fixture(scope="module")
def study() -> list[Labelled]:
    return coded_study()


@pytest.fixture(scope="module")
def taught(study: list[Labelled]) -> Suggester:
    return fitted(PLAIN, study)


VECTORS = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3)


def unit_rows(seeds: Sequence[int]) -> NDArray[np.float32]:
    x = np.stack([np.random.default_rng(seed).standard_normal(384) for seed in seeds])
    return np.asarray(x / np.linalg.norm(x, axis=1, keepdims=True), np.float32)


@given(VECTORS, st.booleans())
@hypothesis_settings(max_examples=20)
def test_probabilities_are_between_nothing_and_one(
    matcher: Suggester,
    taught: Suggester,
    seeds: list[int],
    learned: bool,
) -> None:
    x = np.vstack([unit_rows(seeds), np.zeros((1, 384), np.float32)])
    asked = Rows.of([str(i) for i in range(len(x))], ["fuel"] * len(x), x)
    model = taught if learned else matcher
    p = model.probabilities(asked)
    assert p.shape == (len(x), len(model.codes_))
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()
    for i, item in enumerate(model.suggest(asked)):
        assert 0 <= item.kind_p <= 1
        chances = [ranked.p for ranked in item.ranked]
        assert chances == sorted(chances, reverse=True)
        by_code = {ranked.code: ranked.p for ranked in item.ranked}
        np.testing.assert_allclose([by_code[code] for code in model.codes_], p[i], atol=1e-4)


def test_codes_and_kinds_are_the_codebooks(matcher: Suggester, taught: Suggester) -> None:
    assert matcher.codes_ == tuple(code.id for code in BOOK.assignable)
    assert matcher.kinds_ == tuple(kind.id for kind in BOOK.kinds)
    assert (taught.codes_, taught.kinds_) == (CODES, ())


@given(VECTORS)
@hypothesis_settings(max_examples=10)
def test_what_is_suggested_does_not_depend_on_what_stands_beside(matcher: Suggester, seeds: list[int]) -> None:
    x = unit_rows(seeds)
    asked = Rows.of([str(i) for i in range(len(x))], [str(seed) for seed in seeds], x)
    together = matcher.suggest(asked)
    for i, one in enumerate(together):
        (alone,) = matcher.suggest(asked.take([i]))
        assert [r.code for r in alone.ranked[:3]] == [r.code for r in one.ranked[:3]]
        assert alone.kind == one.kind


def test_without_decisions_the_codebook_speaks_and_nothing_is_promised() -> None:
    model = fitted(PLAIN)
    found = model.suggest(rows(SAID))
    assert [item.ranked[0].code for item in found[:3]] == ["F", "P", "D1"]
    assert {(item.kind, item.kind_p, item.abstained, item.codes) for item in found} == {(None, 0.0, False, None)}
    assert all(sum(ranked.p for ranked in item.ranked) == pytest.approx(1, abs=1e-3) for item in found)
    assert (model.threshold_, model.cards_, model.yours_alone()) == (None, (), frozenset())


def test_no_segments_are_no_error(matcher: Suggester) -> None:
    empty = Rows.of((), (), np.zeros((0, 384), np.float32))
    assert matcher.suggest(empty) == ()
    assert matcher.probabilities(empty).shape == (0, len(matcher.codes_))
    assert fitted(PLAIN, (), empty).suggest(rows(SAID[:1]))[0].ranked[0].code == "F"


@pytest.mark.parametrize("labelled", [0, 1, 50])
def test_a_codebook_with_a_single_code_can_be_used(labelled: int) -> None:
    known = [item for i in range(labelled) for item in decided(f"{SAID[0]} {i}", "A")]
    (item,) = suggested(Codebook(id="one", codes=(Code(id="A", name="All"),)), SAID[:1], known)
    assert [(ranked.code, ranked.p) for ranked in item.ranked] == [("A", 1.0)]


@pytest.mark.parametrize("code", ["D-OTHER", "P"])
def test_decisions_move_suggestions_to_the_decided_code(code: str) -> None:
    said = "The rains washed the road away."

    def chance(labelled: Sequence[Labelled]) -> float:
        (item,) = suggested(PLAIN, [said], labelled)
        return {ranked.code: ranked.p for ranked in item.ranked}[code]

    known = [*decided("The rains washed out the road.", code), *decided("Rain: the road was washed away.", code)]
    assert chance(known) > chance(()) + 0.2


def test_a_single_example_of_a_code_is_found_again(study: list[Labelled]) -> None:
    said = "The chief took the bicycle for his wedding."
    known = [item for item in study if item.codes != ("D-OTHER",)] + decided(said, "D-OTHER", doc="Lira")
    (item,) = suggested(PLAIN, [f"{said} Really."], known)
    assert item.ranked[0].code == "D-OTHER"
    card = {card.code: card for card in fitted(PLAIN, known).cards_}["D-OTHER"]
    assert (card.decisions, card.standing) == (1, Standing.UNKNOWN)


def test_with_many_decisions_sets_are_promised_and_codes_judged(taught: Suggester, study: list[Labelled]) -> None:
    assert taught.threshold_ is not None
    assert [card.code for card in taught.cards_] == list(CODES)
    assert {card.decisions for card in taught.cards_} == {len(study) / 4}
    assert {card.standing for card in taught.cards_} == {Standing.USEFUL}
    (item,) = taught.suggest(rows(["Petrol was late in Kumi."]))
    assert item.codes
    assert item.codes[0] == item.ranked[0].code == "F"
    order = [ranked.code for ranked in item.ranked]
    assert list(item.codes) == order[: len(item.codes)], "the set is the first codes, best first"


def test_codes_given_at_random_are_the_persons_alone(study: list[Labelled]) -> None:
    rng = np.random.default_rng(3)
    known = [replace(item, codes=(str(rng.choice(["P", "D1", "F"])),)) for item in study]
    model = fitted(PLAIN, known)
    assert len(model.yours_alone()) >= 2
    assert model.yours_alone() <= {"P", "D1", "F"}


def test_codes_that_the_codebook_lacks_are_ignored(study: list[Labelled]) -> None:
    strange = [Labelled(segment="x", text="Zebras.", codes=("GONE",), kind="gone", rejected=("GONE",))]
    assert suggested(PLAIN, SAID, strange)[0].ranked[0].code == "F"
    both = [replace(item, codes=(*item.codes, "GONE")) for item in study]
    found, plain = suggested(PLAIN, SAID, both), suggested(PLAIN, SAID, study)
    assert [item.ranked for item in found] == [item.ranked for item in plain]


def test_a_refused_code_comes_down() -> None:
    said = "Fuel and motorbikes were never a problem."
    refused = [Labelled(segment=f"r{i}", text=said, codes=("P",), kind="", rejected=("F",)) for i in range(2)]
    chances = [
        {ranked.code: ranked.p for ranked in suggested(PLAIN, [said], known)[0].ranked}["F"] for known in ((), refused)
    ]
    assert chances[1] < chances[0] - 0.2


def test_a_kind_is_learned_too() -> None:
    said = "Zebra crossings everywhere."
    labelled = decided(said, kind=Kind.RESEARCH_QUESTION, n=5)
    (before,), (after,) = suggested(KINDS, [said]), suggested(KINDS, [said], labelled)
    assert after.kind is Kind.RESEARCH_QUESTION
    assert after.kind_p > 0.8
    assert before.kind is not after.kind or before.kind_p < after.kind_p


def test_what_is_neither_is_abstained_from_and_its_codes_stay_visible() -> None:
    said = "Good morning and thank you."
    (item,) = suggested(KINDS, [said], decided(said, kind=Kind.NEITHER, n=5))
    assert (item.kind, item.abstained) == (Kind.NEITHER, True)
    assert len(item.ranked) == 4
    assert sum(ranked.p for ranked in item.ranked) < 0.5, "the chance that a code applies"


def test_where_it_abstains_the_set_is_empty(study: list[Labelled]) -> None:
    said = "Good morning and thank you for coming."
    greetings = [item for doc in PLACES for item in decided(said, kind=Kind.NEITHER, n=4, doc=doc)]
    silent, other = suggested(KINDS, [said, "Petrol was late in Kumi."], [*study, *greetings])
    assert (silent.abstained, silent.codes) == (True, ())
    assert not other.abstained
    assert other.codes


def test_without_kinds_nothing_to_code_is_learned_from_five_empty_decisions(study: list[Labelled]) -> None:
    said = "Good morning and thank you for coming."
    four, five = (decided(said, n=n, doc="Gulu") for n in (4, 5))
    assert fitted(PLAIN, [*study, *four]).kinds_ == ()
    model = fitted(PLAIN, [*study, *five])
    assert model.kinds_ == ("", "neither")
    silent, other = model.suggest(rows([said, "Petrol was late in Kumi."]))
    assert (silent.kind, silent.kind_p, silent.abstained, silent.codes) == (None, 0.0, True, ())
    assert (other.kind, other.abstained) == (None, False)
    assert not any(item.abstained for item in suggested(PLAIN, [said], [*study, *four]))


def test_one_more_decision_is_nearly_the_same_as_fitting_anew(study: list[Labelled]) -> None:
    more = Labelled(segment="new", text="Chiefs took bicycles home.", codes=("F",), kind="barrier", doc="Lira")
    asked = rows(["Chiefs took bicycles away.", "Petrol was late in Kumi.", "Our pay, again."])
    model = fitted(PLAIN, study)
    before = model.probabilities(asked)
    model.learn(known_rows([more]), more)
    learned, anew = model.probabilities(asked), fitted(PLAIN, [*study, more]).probabilities(asked)
    assert learned[0, 0] > before[0, 0] + 0.2
    np.testing.assert_allclose(learned, anew, atol=0.1)
    (precedent,) = [e for e in model.suggest(asked.take([0]))[0].ranked[0].evidence if e.ref == "new"]
    assert precedent.text == more.text


def test_many_decisions_learned_one_by_one(study: list[Labelled]) -> None:
    model = fitted(PLAIN, study[:48])
    for item in study[48:]:
        model.learn(known_rows([item]), item)
    asked = rows([item.text for item in study[::7]])
    anew = fitted(PLAIN, study)
    assert model.probabilities(asked).argmax(axis=1).tolist() == anew.probabilities(asked).argmax(axis=1).tolist()


def test_the_same_decisions_give_the_same_suggestions(study: list[Labelled]) -> None:
    asked = rows(SAID)
    for seed in (0, 7):
        first, second = (fitted(KINDS, study, asked, seed).suggest(asked) for _ in range(2))
        assert first == second


def test_the_order_of_decisions_does_not_matter(study: list[Labelled]) -> None:
    shuffled = [study[i] for i in np.random.default_rng(1).permutation(len(study))]
    asked = rows(SAID)
    first, second = (fitted(KINDS, known, asked) for known in (study, shuffled))
    np.testing.assert_allclose(first.probabilities(asked), second.probabilities(asked), atol=1e-3)
    assert first.threshold_ == pytest.approx(second.threshold_, abs=1e-3)
    assert first.cards_ == second.cards_


def test_the_order_of_what_is_asked_does_not_matter(taught: Suggester) -> None:
    asked = rows([*SAID, "Petrol was late."])
    turned = taught.suggest(asked.take([4, 3, 2, 1, 0]))
    assert [item.segment for item in turned] == ["s4", "s3", "s2", "s1", "s0"]
    for one, other in zip(taught.suggest(asked), turned[::-1], strict=True):
        assert [r.code for r in one.ranked] == [r.code for r in other.ranked]
        np.testing.assert_allclose([r.p for r in one.ranked], [r.p for r in other.ranked], atol=2e-4)


def test_of_very_many_decisions_a_sample_is_learned(monkeypatch: pytest.MonkeyPatch, study: list[Labelled]) -> None:
    monkeypatch.setattr(suggester, "LARGEST", 60)
    model = fitted(PLAIN, study)
    assert sum(card.decisions for card in model.cards_) == 60
    assert [item.ranked[0].code for item in model.suggest(rows(SAID[:3]))] == ["F", "P", "D1"]
    assert model.cards_ == fitted(PLAIN, study).cards_
    again = [fitted(PLAIN, study, seed=seed).cards_ for seed in (1, 2)]
    assert again[0] != again[1]


def test_evidence_is_of_the_first_three_and_never_the_segment_itself(study: list[Labelled]) -> None:
    asked = known_rows(study[:8])
    texts = {item.segment: item for item in study}
    written = {text.text for text in code_texts(PLAIN)}
    for item in fitted(PLAIN, study).suggest(asked):
        assert not any(ranked.evidence for ranked in item.ranked[3:])
        for ranked in item.ranked[:3]:
            own, *precedents = ranked.evidence
            assert own.ref == ranked.code
            assert own.text in written
            assert [e.source for e in precedents] == ["precedent"] * 2
            for evidence in precedents:
                assert evidence.ref != item.segment
                assert evidence.text == texts[evidence.ref].text
                assert ranked.code in texts[evidence.ref].codes


@pytest.mark.parametrize("listed", [1, 3, 99])
def test_codes_are_listed_best_first_and_as_many_as_asked_for(matcher: Suggester, listed: int) -> None:
    asked = rows(SAID[:1])
    (item,), (everything,) = matcher.suggest(asked, listed=listed), matcher.suggest(asked)
    assert item.ranked == everything.ranked[:listed]
    assert len(everything.ranked) == len(BOOK.assignable)


def test_surroundings_help_where_the_order_is_known() -> None:
    """“Yes, always.” says nothing; in a stretch about fuel it is about fuel, in one about pay about pay."""
    texts, labels, docs = [], [], []
    for place in PLACES:
        for code in ("F", "P"):
            texts += [f"{WORDS[code][i]} was late in {place}" for i in range(3)] + ["Yes, always."]
            labels += [code] * 4
        docs += [place] * 8
    made = Rows.of([str(i) for i in range(48)], texts, EMBEDDER.embed(texts), docs=docs, ordered=True)
    known = [Labelled(segment=str(i), text=texts[i], codes=(labels[i],), kind="", doc=docs[i]) for i in range(40)]
    wording = code_texts(PLAIN)
    x = EMBEDDER.embed([text.embedded for text in wording])
    model = Suggester(PLAIN).fit(wording, x, known, made.take(range(40)), made)
    first, second = model.suggest(made.take([43, 47]))
    assert texts[43] == texts[47]
    assert (first.ranked[0].code, second.ranked[0].code) == ("F", "P")


def test_what_was_trained_beforehand_is_heard_where_there_are_vectors_for_it() -> None:
    ids, dimensions = tuple(code.id for code in KINDS.assignable), 4
    head = Head(
        codes=ids, kinds=("neither", "barrier", "research_question"), spread=6.0,
        code_weight=5 * np.eye(4, dtype=np.float32), code_bias=np.zeros(4, np.float32),
        kind_weight=np.zeros((3, dimensions), np.float32), kind_bias=np.array([9, 0, 0], np.float32),
        code_temperature=1.0, kind_temperature=1.0,
    )  # fmt: skip
    texts = code_texts(KINDS)
    x = EMBEDDER.embed([text.embedded for text in texts])
    said = "Nothing that the codebook knows."
    model = Suggester(KINDS, head=head).fit(texts, x)
    tuned = np.eye(4, dtype=np.float32)
    asked = Rows.of(["a", "b", "c", "d"], [said] * 4, EMBEDDER.embed([said] * 4), tuned=tuned)
    found = model.suggest(asked)
    assert [item.ranked[0].code for item in found] == list(ids)
    assert {(item.kind, item.abstained) for item in found} == {(Kind.NEITHER, True)}
    bare = model.suggest(replace(asked, tuned=None))
    assert len({item.ranked[0].code for item in bare}) == 1, "without them the codebook's words speak"


def test_a_head_and_a_codebook_without_kinds_go_together(study: list[Labelled]) -> None:
    ids = tuple(code.id for code in PLAIN.assignable)
    head = Head(
        codes=ids, kinds=("neither",), spread=1.0, code_weight=np.eye(4, dtype=np.float32),
        code_bias=np.zeros(4, np.float32), kind_weight=np.zeros((1, 4), np.float32), kind_bias=np.zeros(1, np.float32),
        code_temperature=1.0, kind_temperature=1.0,
    )  # fmt: skip
    known = [*study, *decided("Good morning and thank you.", n=6, doc="Gulu")]
    texts = code_texts(PLAIN)
    x = EMBEDDER.embed([text.embedded for text in texts])
    made = replace(known_rows(known), tuned=np.tile(np.eye(4, dtype=np.float32), (len(known), 1))[: len(known)])
    model = Suggester(PLAIN, head=head).fit(texts, x, known, made, made)
    assert model.kinds_ == ("", "neither")
    found = model.suggest(made.take([0, len(known) - 1]))
    assert [item.abstained for item in found] == [False, True]


def test_it_has_the_manners_of_scikit_learn() -> None:
    model = Suggester(PLAIN, random_state=3)
    assert model.get_params() == {"codebook": PLAIN, "head": None, "random_state": 3}
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(model, "codes_")


@pytest.mark.parametrize("book", [PLAIN, KINDS, BOOK], ids=["plain", "kinds", "scale-up"])
@pytest.mark.parametrize("learned", [False, True])
def test_a_copy_for_new_texts_answers_as_the_matcher_does(book: Codebook, *, learned: bool) -> None:
    labelled = coded_study() if learned and book is not BOOK else ()
    heard = rows(SAID)
    whole = fitted(book, labelled, heard)
    small = pickle.loads(pickle.dumps(whole.for_new_texts(tuned=False)))  # noqa: S301  # our own
    asked = rows([*SAID[::-1], "", "Nobody came."] * 3, prefix="new")
    expected, before = whole.suggest(asked, listed=3), pickle.dumps(small)
    answers = small.answers(asked)
    for i, item in enumerate(expected):
        assert [small.codes_[column] for column in answers.order[i, :3]] == [ranked.code for ranked in item.ranked]
        np.testing.assert_allclose(answers.p[i, answers.order[i, :3]], [r.p for r in item.ranked], atol=5.1e-5)
        assert answers.abstained[i] == item.abstained
        assert item.kind == (small.kinds_[answers.kind[i]] if book.kinds else None)
        promised = None if answers.promised is None else answers.order[i, : answers.promised[i]]
        assert item.codes == (None if promised is None else tuple(small.codes_[column] for column in promised))
    assert pickle.dumps(small) == before, "it remembers nothing"
    assert len(before) < len(pickle.dumps(whole)) / 2


def test_a_copy_for_new_texts_stays_as_it_was(taught: Suggester) -> None:
    whole = copy.deepcopy(taught)
    small, asked = whole.for_new_texts(tuned=False), rows(["We waited for petrol."])
    before = small.answers(asked).p
    item = Labelled(segment="n", text="We waited for petrol.", codes=("P",), kind="", doc="Kumi")
    whole.learn(asked, item)
    assert not np.allclose(whole.answers(asked).p, before)
    np.testing.assert_array_equal(small.answers(asked).p, before)


@pytest.mark.parametrize("book", [BOOK, replace(BOOK, kinds=())], ids=["kinds", "none"])
@pytest.mark.parametrize("empty", [0, 6])
def test_a_copy_for_tuned_rows_leaves_out_what_the_head_says(book: Codebook, empty: int) -> None:
    head, x = head_for(book), EMBEDDER.embed(SAID)
    assert head is not None
    asked = Rows.of([f"n{i}" for i in range(len(SAID))], SAID, x, tuned=x)
    labelled = decided("Thank you.", n=empty)
    texts = code_texts(book)
    text_x = EMBEDDER.embed([text.embedded for text in texts])
    known = replace(known_rows(labelled), tuned=known_rows(labelled).x) if labelled else None
    study = Rows.of([f"s{i}" for i in range(len(SAID))], SAID, x, tuned=x)
    whole = Suggester(book, head=head).fit(texts, text_x, labelled, known, study)
    small = whole.for_new_texts(tuned=True)
    np.testing.assert_array_equal(small.answers(asked).p, whole.for_new_texts(tuned=False).answers(asked).p)
    np.testing.assert_allclose(small.answers(asked).p, whole.answers(asked).p, atol=1e-6)
    assert len(small._alone) == (1 if small.kinds_ and not book.kinds else 0)
