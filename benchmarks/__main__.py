"""Runs the benchmarks one after the other, prints one table, ends every process it started (`python -m benchmarks`)."""

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

import msgspec

from benchmarks import (
    broadcast,
    campaigns,
    desk,
    growth,
    idle,
    mixed,
    orders,
    paced,
    parsing,
    planning,
    turns,
    understanding,
    webhooks,
)
from benchmarks.bench import FULL, QUICK, Bench, Length
from benchmarks.insight import run as insight
from benchmarks.processes import Processes
from benchmarks.report import Breakdown, Figure, show, show_breakdown
from benchmarks.rig import Unavailable

ALL = {
    "idle": idle.run,
    "parsing": parsing.run,
    "webhooks": webhooks.run,
    "turns": turns.run,
    "planning": planning.run,
    "orders": orders.run,
    "mixed": mixed.run,
    "desk": desk.run,
    "broadcast": broadcast.run,
    "campaigns": campaigns.run,
    "paced": paced.run,
    "growth": growth.run,
    "insight": insight.run,
    "understanding": understanding.run,
}


class Taken(msgspec.Struct):
    """What all benchmarks brought, and what there is to say of those that brought nothing."""

    figures: list[Figure] = []
    skipped: list[str] = []
    interrupted: bool = False
    breakdowns: list[Breakdown] = []


def main() -> int:
    """Runs the benchmarks. 0: everything was measured and nothing was lost; 1: something failed or was wrong."""
    arguments = _arguments()
    length = QUICK if arguments.quick else FULL if arguments.full else Length()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    begun, load = time.monotonic(), os.getloadavg()[0]
    taken = Taken()
    with tempfile.TemporaryDirectory(prefix="doorstep-bench-", dir=arguments.folder) as folder:
        try:
            for name in arguments.only or ALL:
                _measure(name, Path(folder) / name, length, taken)
        except KeyboardInterrupt:
            taken.interrupted = True
    heading = f"Doorstep on {os.cpu_count()} cores, load average {load:.2f} before, {time.monotonic() - begun:.0f} s"
    for breakdown in taken.breakdowns:
        show_breakdown(breakdown)
    show(taken.figures, heading)
    for line in (*taken.skipped, *(["FAILED: interrupted"] if taken.interrupted else [])):
        print(line)
    if arguments.json:
        _write(arguments.json, heading, taken)
    return 0 if all(figure.ok for figure in taken.figures) and not taken.interrupted else 1


def _measure(name: str, folder: Path, length: Length, taken: Taken) -> None:
    """Adds the figures of one benchmark; whatever happens, its processes are ended."""
    folder.mkdir()
    processes = Processes(f"{os.getpid()}-{name}")
    bench = Bench(name, folder, processes, length)
    print(f"{name} …", file=sys.stderr, flush=True)
    try:
        ALL[name](bench)
    except Unavailable as missing:
        taken.skipped.append(f"{name} skipped: {missing}")
    except Exception as error:  # noqa: BLE001 - one that fails must not cost the others' figures
        traceback.print_exc()
        bench.failed(error)
        _show_logs(folder)
    finally:
        processes.stop_all()
        taken.figures += bench.figures
        taken.breakdowns += bench.breakdowns


def _show_logs(folder: Path) -> None:
    for log in folder.rglob("output.log"):
        print(
            f"--- {log.relative_to(folder)}, its end\n" + "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="each under a minute: shorter, smaller, coarser")
    length.add_argument("--full", action="store_true", help="twice as long, the whole broadcast")
    parser.add_argument("--only", action="append", choices=list(ALL), help="this benchmark (may be repeated)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--folder", type=Path, help="where databases are made; its disk is what is measured")
    return parser.parse_args()


def _write(path: Path, heading: str, taken: Taken) -> None:
    result = {"heading": heading, **msgspec.structs.asdict(taken)}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
