"""What `themescout run` does, stage by stage, with the seconds of each.

Called as `python -c "from benchmarks.run_stages import main; main()" STUDY [PROFILE]`: with PROFILE, what
cProfile found is written there.
"""

from __future__ import annotations

import cProfile
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

REPORT = "report"


def main() -> None:
    """Run the stages of the study that the arguments name; print a JSON object of seconds by stage."""
    study, *profile = sys.argv[1:]
    watch = cProfile.Profile()
    found = watch.runcall(stages, Path(study)) if profile else stages(Path(study))
    if profile:
        watch.dump_stats(profile[0])
    print(json.dumps(found))


def stages(folder: Path) -> dict[str, float]:
    """Seconds by stage, in order, imports included; the first is to get to the stages at all."""
    began = time.perf_counter()
    from themescout import project  # noqa: PLC0415  # what imports take is measured
    from themescout.pipeline import stages as steps  # noqa: PLC0415
    from themescout.report import service  # noqa: PLC0415

    found: dict[str, float] = {}
    with project.open_study(folder) as study:
        wanted: dict[str, Callable[..., object]] = {
            "start": lambda _: None,
            "segments": steps.cut,
            "vectors": steps.embed_all,
            "themes": steps.discover,
            "suggestions": steps.suggest,
            REPORT: service.write,
        }
        for name, step in wanted.items():
            step(study)
            now = time.perf_counter()
            found[name], began = now - began, now
    return found
