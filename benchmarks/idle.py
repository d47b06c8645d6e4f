"""What the product takes while nobody writes: seconds to ready, memory, CPU."""

import time

from benchmarks.bench import Bench
from benchmarks.product import Product

SETTLE_SECONDS = 10


def run(bench: Bench) -> None:
    """Starts twice (an empty folder, then one that is known), and looks again after ten seconds."""
    product = Product(bench.folder / "var", bench.processes)
    with product.running() as first:
        bench.figure("from start to ready, empty folder", first, "s", remark="the schema is made")
    with product.running() as again:
        bench.figure("from start to ready", again, "s")
        meter = bench.meter()
        time.sleep(SETTLE_SECONDS)
        memory = bench.processes.memory_mb()
        cpu = meter.ms_per(SETTLE_SECONDS)
    remark = ", ".join(f"{name} {size:.0f}" for name, size in sorted(memory.items(), key=lambda i: -i[1]))
    bench.figure("memory of all processes", sum(memory.values()), "MB PSS", remark=remark)
    bench.figure("CPU of all processes", sum(cpu.values()) / 10, "% of a core", cpu_ms=cpu, remark="per second")
