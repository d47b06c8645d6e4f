"""`python -m benchmarks`: runs the benchmarks one after the other, prints one table, ends every process it started."""

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import msgspec

from benchmarks import broadcast, growth, idle, turns, webhooks
from benchmarks.bench import FULL, QUICK, Bench, Length
from benchmarks.processes import Processes
from benchmarks.report import Figure, show
from benchmarks.rig import Unavailable

ALL = {
    "idle": idle.run,
    "webhooks": webhooks.run,
    "turns": turns.run,
    "broadcast": broadcast.run,
    "growth": growth.run,
}


def main() -> int:
    """0: everything was measured and nothing was lost; 1: something failed or was wrong."""
    arguments = _arguments()
    length = QUICK if arguments.quick else FULL if arguments.full else Length()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    begun, load = time.monotonic(), os.getloadavg()[0]
    figures: list[Figure] = []
    skipped: list[str] = []
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-", dir=arguments.folder) as folder:
        try:
            for name in arguments.only or ALL:
                _measure(name, Path(folder) / name, length, figures, skipped)
        except KeyboardInterrupt:
            skipped.append("FAILED: interrupted")
    heading = f"Doorstep on {os.cpu_count()} cores, load average {load:.2f} before, {time.monotonic() - begun:.0f} s"
    show(figures, heading)
    for line in skipped:
        print(line)
    if arguments.json:
        _write(arguments.json, heading, figures, skipped)
    return 0 if all(figure.ok for figure in figures) and not any("FAILED" in line for line in skipped) else 1


def _measure(name: str, folder: Path, length: Length, figures: list[Figure], skipped: list[str]) -> None:
    """Adds the figures of one benchmark; whatever happens, its processes are ended."""
    folder.mkdir()
    processes = Processes(f"{os.getpid()}-{name}")
    bench = Bench(name, folder, processes, length)
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        ALL[name](bench)
    except Unavailable as missing:
        skipped.append(f"{name} skipped: {missing}")
    except Exception as error:  # noqa: BLE001 - one that fails must not cost the others' figures
        traceback.print_exc()
        skipped.append(f"{name} FAILED: {type(error).__name__}: {error}")
        _show_logs(folder)
    finally:
        processes.stop_all()
        figures += bench.figures


def _show_logs(folder: Path) -> None:
    for log in folder.rglob("output.log"):
        print(
            f"--- {log.relative_to(folder)}, its end\n" + "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="two minutes: shorter, smaller, coarser")
    length.add_argument("--full", action="store_true", help="twice as long, the whole broadcast")
    parser.add_argument("--only", action="append", choices=list(ALL), help="this benchmark (may be repeated)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--folder", type=Path, help="where databases are made; its disk is what is measured")
    return parser.parse_args()


def _write(path: Path, heading: str, figures: list[Figure], skipped: list[str]) -> None:
    result = {"heading": heading, "figures": figures, "skipped": skipped}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
