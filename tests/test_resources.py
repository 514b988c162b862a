"""Finding what comes with themescout."""

from __future__ import annotations

import pytest

from themescout.resources import resource


def test_the_codebook_is_found_and_what_does_not_exist_is_a_bug() -> None:
    assert resource("data", "codebooks", "scale-up.yaml").is_file()
    with pytest.raises(FileNotFoundError, match="no/such"):
        resource("no", "such")
