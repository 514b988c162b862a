"""OpenVINO reports to nobody, though its import would; and it is tried out whether its integers are right here."""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from themescout.embed.fast import runtime
from themescout.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = Path(runtime.__file__).parents[2]

PROCESSOR = Path("/proc/cpuinfo")
VNNI = PROCESSOR.is_file() and {"avx512_vnni", "avx_vnni"} & set(PROCESSOR.read_text("utf-8").split())
X86 = platform.machine().lower() in {"x86_64", "amd64"}
TRY_OUT = "from themescout.embed.fast import runtime; print(runtime.saturates())"

# Everything that leaves the process or the memory is noted, from before the first import of ours.
WATCHED = """
import json, sys
seen = []
def watch(name, args):
    if name.startswith(("socket.", "subprocess", "os.fork", "os.posix_spawn", "os.exec")) or name == "os.mkdir":
        seen.append(name)
    if name == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and sys.argv[1] in str(args[0]):
        seen.append(f"open {args[0]}")
sys.addaudithook(watch)
from themescout.embed.fast.runtime import openvino
made = openvino()
one = made.opset13.parameter([1])
made.Core().compile_model(made.Model([made.opset13.result(one)], [one], "x"), "CPU")
import importlib
try:
    importlib.import_module("openvino_telemetry")
    seen.append("the reporting can be imported")
except ImportError:
    pass
print(json.dumps([seen, sorted(name for name in sys.modules if name.startswith("openvino_telemetry."))]))
"""


def test_nothing_is_sent_and_nothing_written_into_the_home_folder(tmp_path: Path, child: Callable[..., str]) -> None:
    empty = dict.fromkeys(("CI", "TF_BUILD", "JENKINS_URL"), "")  # where these are set, nothing is sent anyway
    seen, parts = json.loads(child(WATCHED, tmp_path, HOME=str(tmp_path), USERPROFILE=str(tmp_path), **empty))
    assert seen == []
    assert parts == []
    assert list(tmp_path.iterdir()) == []


def test_openvino_is_imported_in_one_place_only() -> None:
    places = [
        path.name
        for path in (*SOURCE.rglob("*.py"), *(SOURCE.parents[1] / "scripts").rglob("*.py"))
        if any(
            line.strip().startswith(("import openvino", "from openvino"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert places == ["runtime.py"]


def test_without_the_package_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ModelError, match=r"a package that cannot be loaded: openvino") as caught:
        runtime.openvino()
    assert "pip install openvino, or set embed.engine to torch" in caught.value.hint


@pytest.mark.skipif(not X86, reason="only Intel's and AMD's processors can be told to do without")
def test_without_vnni_products_of_integers_are_cut_off(child: Callable[..., str]) -> None:
    assert child(TRY_OUT, ONEDNN_MAX_CPU_ISA="AVX2") == "True"


@pytest.mark.skipif(not VNNI, reason="/proc/cpuinfo names no VNNI instructions")
def test_with_vnni_products_of_integers_are_whole(child: Callable[..., str]) -> None:
    assert child(TRY_OUT) == "False"
