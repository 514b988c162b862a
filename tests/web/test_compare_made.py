"""The view that compares two waves, with the comparison as it is really made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from themescout import project
from themescout.comparison import service
from themescout.review.preferences import Preferences

from . import comparing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Client


def test_what_is_made_here_is_what_the_command_makes(study: Path, client: Callable[..., Client]) -> None:
    comparing.two_waves(study, "KI10")
    ann = client()
    assert ann.post("/api/compare/make", json={"wave": "wave2"}).json() == {"sentence": "wave2 is compared with wave1."}
    page = ann.get("/compare").text
    with project.open_study(study) as opened:
        found = service.read(opened, "wave2")
    assert found
    assert len(re.findall(r'<tbody [^>]*id="category-\d+"', page)) == len(found.categories)
    assert len(re.findall(r'<li class="item novel', page)) == len(found.novel)
    assert all(sentence in page for sentence in (*found.plan, *found.resolution) if "'" not in sentence)
    ann.desk.prefer("ann", Preferences(independent=True))
    assert "theme-1" not in ann.get("/compare").text
