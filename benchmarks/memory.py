"""Measures what understanding takes of a process's memory: in a process of its own, where nothing else grows."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.sheet import sheets
from bots.wiring.understanding import Understanding
from config.settings import SHIPPED_STORE, Settings
from flows.loading.loader import phrase_paths
from flows.loading.phrases import load_interpreter
from flows.understanding.interpreter import Interpreter

MAPS = Path("/proc/self/smaps")


class Memory(msgspec.Struct, frozen=True):
    """Holds MB: what phrases and n-grams take, what the encoder takes besides, and what is mapped of its files, which
    all workers share."""

    light: float
    encoder: float
    mapped: float


def measured(folder: Path) -> Memory:
    """Measures in a new process; the encoder's files are unpacked below `folder`, if they are not yet."""
    command = [sys.executable, "-m", "benchmarks.memory", str(folder)]
    return msgspec.json.decode(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout, type=Memory)


def _measure(folder: Path) -> Memory:
    understanding = Understanding(Settings(var_dir=folder))
    nothing, _ = _resident(understanding.trained)
    interpreter = load_interpreter(phrase_paths(SHIPPED_STORE), understanding)
    _read(interpreter)
    light, _ = _resident(understanding.trained)
    understanding.load()
    _read(interpreter)
    full, mapped = _resident(understanding.trained)
    return Memory(light - nothing, full - light, mapped)


def _read(interpreter: Interpreter) -> None:
    """Reads the sheets, each message anew with a sign more: as a worker has read some thousand."""
    for sheet in sheets().values():
        for listed in sheet.intents.values():
            for text in listed:
                interpreter.read(f"{text} ({len(text)})")


def _resident(folder: Path) -> tuple[float, float]:
    """Reads this process's private memory, and what it has mapped of the files below `folder`, in MB."""
    gc.collect()
    private = mapped = 0
    for name, sizes in _mappings():
        if name.startswith(str(folder.resolve())):
            mapped += sizes["Rss"]
        else:
            private += sizes["Private_Clean"] + sizes["Private_Dirty"]
    return private / 1024, mapped / 1024


def _mappings() -> Iterator[tuple[str, dict[str, int]]]:
    """Reads each mapping's file and sizes in kB (man 5 proc, /proc/<pid>/smaps)."""
    name, sizes = "", dict[str, int]()
    for line in MAPS.read_text().splitlines():
        words = line.split()
        if words[0].endswith(":"):
            if words[-1] == "kB":
                sizes[words[0].rstrip(":")] = int(words[1])
        else:
            if sizes:
                yield name, sizes
            name, sizes = " ".join(words[5:]), {}
    yield name, sizes


if __name__ == "__main__":
    print(msgspec.json.encode(_measure(Path(sys.argv[1]))).decode())
