"""Finds every process that a benchmark starts by what it inherits, measures it from /proc, ends it whatever happens."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
TICKS = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None)


class Processes:
    """Processes with one mark in their environment, so that children of children are found as well."""

    MARK = "DOORSTEP_BENCHMARK"

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], environment: Mapping[str, str] | None = None, **options: Any) -> Any:
        """Starts a process that ends with us, even when we are killed."""
        # SPT_NOENV: a process that sets its title leaves its environment readable, and with it the mark.
        marked = {**(os.environ if environment is None else environment), self.MARK: self._mark, "SPT_NOENV": "1"}
        process = subprocess.Popen(command, env=marked, preexec_fn=_end_with_parent, **options)  # noqa: PLW1509 - one thread here
        self._started.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes], patience: float = 20) -> None:
        """Asks it to end, then makes it."""
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
        if process.poll() is None:
            process.kill()
            process.wait()

    def stop_all(self) -> None:
        """Ends everything that carries the mark."""
        for process in reversed(self._started):
            self.stop(process)
        for pid in list(self.pids()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def pids(self) -> Iterator[int]:
        """Lists everything alive that was started here: what carries the mark, and children of what we started."""
        mark = f"{self.MARK}={self._mark}".encode()
        family = {process.pid for process in self._started if process.poll() is None}
        for pid in sorted(int(folder.name) for folder in Path("/proc").glob("[0-9]*")):
            with contextlib.suppress(OSError):
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if pid in family or parent in family or mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    family.add(pid)
                    yield pid

    def cpu_seconds(self) -> dict[int, float]:
        """Reads the CPU that each process has used itself, by the kernel's count; not that of children that ended."""
        used: dict[int, float] = {}
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                used[pid] = sum(map(int, fields[11:13])) / TICKS
        return used

    def memory_mb(self) -> dict[str, float]:
        """Reads the proportional set size by role, in MB: shared pages are counted once."""
        found: defaultdict[str, float] = defaultdict(float)
        for pid in self.pids():
            with contextlib.suppress(OSError, StopIteration):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                found[role(pid)] += int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
        return dict(found)


class Meter:
    """Counts CPU by role between two moments."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._before = processes.cpu_seconds()

    def ms_per(self, number: float, rig_us: int = 0) -> dict[str, float]:
        """Divides CPU milliseconds since the beginning by items, by role, the largest first; the rig tells its own.

        One that ended in between is not counted: nobody knows what it used last.
        """
        spent: defaultdict[str, float] = defaultdict(float)
        for pid, seconds in self._processes.cpu_seconds().items():
            with contextlib.suppress(OSError):
                spent[role(pid)] += (seconds - self._before.get(pid, 0.0)) * 1000 / max(number, 1)
        spent["rig"] = rig_us / 1000 / max(number, 1)
        return {name: value for name, value in sorted(spent.items(), key=lambda i: -i[1]) if value >= 0.001}


def role(pid: int) -> str:
    """Names a process: web, worker, clock, valkey, … from the process title; else the program's name."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
    if not words:
        return "ending"
    title = words[0]
    if title.startswith("doorstep:"):
        return title.split(":")[1]
    if Path(title).name.startswith("postgres"):
        return "postgres"
    for word, name in (("benchmarks.", "baseline"), ("granian", "baseline")):
        if any(word in each for each in words):
            return name
    return Path(title).name


def wait_until(condition: Any, seconds: float, what: str) -> float:
    """Waits for a condition; the seconds it took. Raises TimeoutError naming `what`."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"{what} took longer than {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - begun


def _end_with_parent() -> None:
    """Asks the kernel to send SIGTERM to a child whose parent has gone."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
