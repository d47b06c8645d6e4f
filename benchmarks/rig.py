"""Compiles the load rig (`rig.c`) when it is needed, starts it with its arguments, reads its result."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from benchmarks.processes import Processes

SOURCE = Path(__file__).with_name("rig.c")
Questions = Mapping[str, str]
INSTALL = "a C compiler is missing; apt-get install gcc libc6-dev"


class Unavailable(Exception):
    """A benchmark cannot run here; the words say what is missing."""


class Outcome(msgspec.Struct, frozen=True):
    """What the rig saw. Times in microseconds; `lost` are accepted messages that got no answer.

    `others` went to nobody who writes; `silent` calls are no messages (read marks, typing); `too_fast` were refused by
    the provider for its number's limit, `too_fast_pair` for the recipient's. `platform_us` is `answer_us` by platform.
    """

    cpu_us: int
    seconds: float
    posted: int
    accepted: int
    refused: int
    answered: int
    answered_in_time: int
    lost: int
    unexpected: int
    wrong: int
    repeated: int
    others: int
    calls: int
    receipts: int
    without_correlation: int
    silent: int
    too_fast: int
    too_fast_pair: int
    platform_us: dict[str, list[int]]
    accept_us: list[int]
    answer_us: list[int]
    arrival_us: list[int]

    @property
    def faults(self) -> dict[str, int]:
        """Lists everything that must be zero."""
        return {
            "refused": self.refused,
            "lost": self.lost,
            "duplicated": self.unexpected + self.repeated,
            "wrong": self.wrong,
        }


class Rig:
    """Starts the compiled program."""

    def __init__(self, folder: Path, processes: Processes) -> None:
        compiler = shutil.which("gcc") or shutil.which("cc")
        if compiler is None:
            raise Unavailable(INSTALL)
        self._program = folder / "rig"
        self._processes = processes
        subprocess.run([compiler, "-O2", "-o", self._program, SOURCE], check=True)

    def start(self, questions: Questions, own: Mapping[str, Questions] | None = None, **arguments: object) -> "Run":
        """Starts it; `questions` are texts and what each answer must contain, `@` standing for the order number.

        `own` are the questions of a platform whose customers ask others.
        """
        listed = [f"{name}={value}" for name, value in arguments.items()]
        for platform, asked in {"whatsapp": questions, **(own or {})}.items():
            listed.append(f"words_of={platform}")
            for text, marker in asked.items():
                listed += [f"text={text}", f"marker={marker}"]
        return Run(self._processes.start([str(self._program), *listed], stdout=subprocess.PIPE))

    def run(self, questions: Questions, own: Mapping[str, Questions] | None = None, **arguments: object) -> Outcome:
        """Runs it to its end."""
        return self.start(questions, own, **arguments).wait()


class Run:
    """Follows the rig at work."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def wait(self) -> Outcome:
        """Waits for its result. Raises RuntimeError when it gave up (the reason is on stderr)."""
        output, _ = self.process.communicate()
        if self.process.returncode:
            raise RuntimeError("the rig gave up")
        return msgspec.json.decode(output, type=Outcome)
