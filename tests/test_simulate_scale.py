"""What docs/scale.md is computed with: the formula, the simulation, and both beside real workers."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module among the scripts, by name."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


@pytest.fixture
def rates(part: Any) -> Any:
    """Round figures: 1,000 partitions of 10 s (CPU) or 1 s (GPU); the client needs 0.1 s for each."""
    found = part("benchmarks.scale").read(ROOT / "scripts" / "benchmarks" / "scale_rates.toml")
    return replace(
        found, segments=1_000_000, partition=1000, cpu=100.0, gpu=1000.0, fixed=0.0, split=11_111.0, hand_out=0.01,
        slow_share=0.0, deaths_per_hour=0.0,
    )  # fmt: skip


def simulated(part: Any, **values: Any) -> Any:
    module = part("benchmarks.scale_simulation")
    return module.Simulation(module.Plant(**values)).run()


def test_the_page_is_what_the_rates_make(part: Any) -> None:
    assert (ROOT / "docs" / "scale.md").read_text("utf-8") == part("simulate_scale").rendered()


def test_the_slowest_part_counts(part: Any, rates: Any) -> None:
    scale = part("benchmarks.scale")
    few, many = scale.cost(rates, "cpu", 10), scale.cost(rates, "cpu", 200)
    assert few.bottleneck == "workers"
    assert few.bounds[0][1] == pytest.approx(1000 * 10 / 10)
    assert many.bottleneck == "client"
    assert many.bounds[0][1] == pytest.approx(1000 * 0.1, rel=0.001)
    assert scale.limits(rates, "cpu")["client"] == pytest.approx(100, rel=0.001)


@pytest.mark.parametrize("workers", [2, 20, 200])
@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_simulation_and_formula_agree(part: Any, rates: Any, workers: int, kind: str) -> None:
    rates = replace(rates, segments=10_000_000, slow_share=0.05, deaths_per_hour=2.0)
    found = part("benchmarks.scale").cost(rates, kind, workers)
    module = part("benchmarks.scale_simulation")
    outcome = module.Simulation(module.plant(rates, kind, workers)).run()
    assert outcome.done == 10_000
    assert outcome.seconds == pytest.approx(found.bounds[0][1] + found.tail, rel=0.05)


def test_workers_that_need_the_same_time_end_together(part: Any) -> None:
    outcome = simulated(part, seconds=[1.0] * 60, speeds=[1.0] * 20)
    assert (outcome.seconds, outcome.done, outcome.busy) == (3.0, 60, 1.0)


def test_the_client_is_waited_for(part: Any) -> None:
    outcome = simulated(part, seconds=[1.0] * 500, speeds=[1.0] * 100, draw=0.1)
    assert outcome.seconds == pytest.approx(500 * 0.1 + 1)
    assert outcome.client == pytest.approx(1, abs=0.03)


def test_what_dies_is_done_again_and_what_always_dies_is_lost(part: Any) -> None:
    often = simulated(part, seconds=[10.0] * 300, speeds=[1.0] * 5, deaths=1 / 100, restart=2.0)
    assert often.deaths > 10
    assert often.done + often.lost == 300
    assert often.lost <= 3  # each needs four deaths
    assert often.seconds > 300 * 10 / 5
    endless = simulated(part, seconds=[1.0] * 20 + [1e9], speeds=[1.0] * 2, deaths=1 / 1000, restart=1.0)
    assert (endless.done, endless.lost, endless.deaths >= 4) == (20, 1, True)


@pytest.mark.enable_socket
def test_two_real_workers_take_what_the_simulation_says(part: Any) -> None:
    check = part("benchmarks.scale_check")
    seconds = check.times(40, 0.1)
    real = check.real(seconds)
    made = check.simulated(seconds, 0.006).seconds
    # A busy machine may be slower than it is in the simulation, never quicker.
    assert made * 0.97 <= real <= made * 2
