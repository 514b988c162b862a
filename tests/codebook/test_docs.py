"""The examples in docs/codebook.md are read by what they describe."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from themescout.codebook import Code, check, parse

DOC = (Path(__file__).parents[2] / "docs/codebook.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```(csv|json|yaml)\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("form", "text"), EXAMPLES)
def test_every_example_loads_without_errors(form: str, text: str) -> None:
    book = parse(text, name=f"example.{form}", form=form)
    assert book.codes
    assert [problem for problem in check(book) if problem.severity == "error"] == []


def test_the_long_example_has_nothing_to_warn_of() -> None:
    forms = [form for form, _ in EXAMPLES]
    assert forms == ["csv", "json", "yaml", "yaml"]
    assert check(parse(EXAMPLES[2][1], name="example.yaml")) == ()


def test_the_python_example_runs() -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    subprocess.run([sys.executable, "-c", example], check=True)


def test_every_key_of_a_code_is_documented() -> None:
    for field in dataclasses.fields(Code):
        assert f"`{field.name}`" in DOC, field.name


def test_importing_the_package_imports_no_yaml() -> None:
    code = "import sys, themescout.codebook; sys.exit('yaml' in sys.modules or 'numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
