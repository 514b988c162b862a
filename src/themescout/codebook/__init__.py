"""Codes and their definitions: read, checked, written. Opening this package is cheap."""

from themescout.codebook.check import Problem, check
from themescout.codebook.model import (
    BaselineTheme,
    BoundaryRule,
    Code,
    Codebook,
    Crosswalk,
    Exclusion,
    KindRule,
    Label,
)
from themescout.codebook.read import BUILT_IN, load, own_file, parse, parse_file
from themescout.codebook.write import as_csv, as_json, as_yaml

__all__ = [
    "BUILT_IN",
    "BaselineTheme",
    "BoundaryRule",
    "Code",
    "Codebook",
    "Crosswalk",
    "Exclusion",
    "KindRule",
    "Label",
    "Problem",
    "as_csv",
    "as_json",
    "as_yaml",
    "check",
    "load",
    "own_file",
    "parse",
    "parse_file",
]
