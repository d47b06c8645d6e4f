"""Measures what the product takes while nobody writes: seconds to ready, memory, CPU.

Started twice: "ready" is the second start, in a folder that is known. After a while in which processes that are not
used have ended, CPU is the kernel's count (utime and stime of /proc/<pid>/stat) of every process that runs then, the
supervisor and Valkey included; memory is PSS (/proc/<pid>/smaps_rollup), shared pages counted once.
"""

import time

from benchmarks.bench import Bench
from benchmarks.product import Product

SETTLE_SECONDS = 10


def run(bench: Bench) -> None:
    """Runs one channel to which nobody writes."""
    product = Product(bench.folder / "var", bench.processes)
    with product.running() as first:
        bench.figure("from start to ready, empty folder", first, "s", remark="the schema is made")
    quiet = bench.length.quiet_seconds
    with product.running() as again:
        bench.figure("from start to ready, second start, one channel", again, "s")
        time.sleep(SETTLE_SECONDS)
        meter = bench.meter()
        time.sleep(quiet)
        cpu = meter.ms_per(quiet)
        memory = bench.processes.memory_mb()
    remark = ", ".join(f"{name} {size:.0f}" for name, size in sorted(memory.items(), key=lambda i: -i[1]))
    bench.figure("memory of all processes", sum(memory.values()), "MB PSS", remark=remark)
    words = f"CPU ms per second, over {quiet:.0f} s"
    bench.figure("CPU of all processes", sum(cpu.values()) / 10, "% of a core", cpu_ms=cpu, remark=words)
