"""Measures how well messages are understood that nobody taught: those of the sheets (`understanding/`), each once.

With the sentence encoder, then by n-grams alone (`UNDERSTANDING=light`).
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from benchmarks import day
from benchmarks.answers import Answer, Answers, answered
from benchmarks.bench import Bench
from benchmarks.memory import Memory, measured
from benchmarks.report import Breakdown, percentile
from benchmarks.sheet import sheets
from bots.wiring.understanding import Understanding
from config.settings import Settings
from flows.loading.loader import NO_ENCODER, load_flows
from flows.understanding.reading import Outcome

SHOWN = 10  # intents, and confusions
OUT_OF_SCOPE = "(out of scope)"
WARM_UP = "What was it that I wanted to say?"

Counts = Callable[[Answer], bool]


def run(bench: Bench) -> None:
    """Lets all sheets be read with the encoder, and without."""
    understanding = Understanding(Settings(var_dir=bench.folder))
    understanding.load()
    _memory(bench, measured(bench.folder))
    begun = time.process_time()
    flows = load_flows(source=understanding)
    bench.figure("flows and intents loaded", time.process_time() - begun, "s CPU", remark=f"{len(flows.flows)} flows")
    flows.interpreter.read(WARM_UP)
    messages = (text for sheet in sheets().values() for listed in sheet.intents.values() for text in listed)
    day.run(bench, flows, list(messages))
    for source, mode in ((understanding, ""), (NO_ENCODER, "light, ")):
        interpreter = load_flows(source=source).interpreter
        interpreter.read(WARM_UP)
        answers = {f"{mode}{locale}": answered(interpreter.read, sheet) for locale, sheet in sheets().items()}
        for name, given in answers.items():
            figures(bench, name, given)
        bench.breakdowns += [worst(answers), confusions(answers)]


def _memory(bench: Bench, memory: Memory) -> None:
    """Keeps what a worker takes more by understanding."""
    bench.figure("memory with n-grams alone", memory.light, "MB", remark="private: phrases, cues, model, readings")
    mapped = f"private, besides; {memory.mapped:.0f} MB of its files are mapped, and all workers share them"
    bench.figure("memory with the encoder", memory.encoder, "MB", remark=mapped)


def figures(bench: Bench, name: str, given: Answers) -> None:
    """Keeps the figures of one sheet. Those are shares of its messages, but for the CPU of one."""

    def share(what: str, answers: Sequence[Answer], counts: Counts, *remarks: str) -> None:
        number = sum(map(counts, answers))
        words = "; ".join((f"{number} of {len(answers)}", *remarks))
        bench.figure(f"{name}: {what}", number / len(answers) if answers else None, "share", remark=words)

    share("top-1", given.inside, lambda answer: answer.best == answer.wanted)
    share("top-3", given.inside, lambda answer: answer.wanted in answer.likely)
    share("accepted", given.inside, lambda answer: bool(answer.accepted))
    share("right among accepted", [answer for answer in given.inside if answer.accepted], _right)
    share("out of scope, yet accepted", given.outside, lambda answer: answer.accepted in given.intents)
    share("two requests, both found", given.two, _both)
    others = sum(answer.reading.risk not in ("", answer.wanted) for answer in given.risk)
    alarms = sum(bool(answer.reading.risk) for answer in given.single)
    share("risks found", given.risk, _risk, f"{others} as another one", f"{alarms} found elsewhere")
    share("persons found", given.person, _right, *_beside(given.person, given))
    share("stops found", given.stop, _right, *_beside(given.stop, given))
    share("refused, yet accepted", given.refused, _right)
    _cpu(bench, f"{name}: a message", [answer.us for answers in given for answer in answers])


def _right(answer: Answer) -> bool:
    return answer.right


def _both(answer: Answer) -> bool:
    return {answer.accepted, answer.reading.also} == set(answer.wanted.split())


def _risk(answer: Answer) -> bool:
    return answer.reading.risk == answer.wanted


def _beside(answers: Sequence[Answer], given: Answers) -> tuple[str, str]:
    """Counts what was asked back, and where the same was found without being meant."""
    intent = answers[0].wanted
    asked = sum(answer.reading.outcome is Outcome.ASK and answer.best == intent for answer in answers)
    wrong = sum(answer.accepted == intent and not (answer.right or answer.reading.risk) for answer in given.single)
    return f"{asked} asked back", f"{wrong} found elsewhere"


def _cpu(bench: Bench, what: str, us: Sequence[int]) -> None:
    p50, p99 = percentile(us, 0.5), percentile(us, 0.99)
    bench.figure(what, sum(us) / len(us) / 1000, "ms CPU", p50_ms=p50, p99_ms=p99, remark="p50 and p99 are CPU too")


def worst(answers: Mapping[str, Answers]) -> Breakdown:
    """Shows the intents that are found least."""
    rows = [
        _intent(name, intent, [answer for answer in given.inside if answer.wanted == intent])
        for name, given in answers.items()
        for intent in given.intents
    ]
    rows.sort(key=lambda row: row[2:])
    columns = ("sheet", "intent", "top-1", "top-3", "accepted")
    return Breakdown("understanding: the worst intents", columns, rows[:SHOWN])


def _intent(name: str, intent: str, answers: Sequence[Answer]) -> tuple[str | float, ...]:
    first = sum(answer.best == intent for answer in answers)
    among = sum(intent in answer.likely for answer in answers)
    accepted = sum(bool(answer.accepted) for answer in answers)
    return name, intent, *(number / len(answers) for number in (first, among, accepted))


def confusions(answers: Mapping[str, Answers]) -> Breakdown:
    """Shows what is most often taken for something else, each with one of its messages."""
    taken = {name: [*_mistaken(given)] for name, given in answers.items()}
    wrong = [((name, *pair), message) for name, listed in taken.items() for pair, message in listed]
    counted = Counter(key for key, _ in wrong).most_common(SHOWN)
    example = dict(reversed(wrong))
    rows: list[tuple[str | float, ...]] = [(*key, float(times), example[key]) for key, times in counted]
    columns = ("sheet", "meant", "read as", "times", "for instance")
    return Breakdown("understanding: the biggest confusions", columns, rows)


def _mistaken(given: Answers) -> list[tuple[tuple[str, str], str]]:
    """Lists (what is meant, what it was read as), and the message."""
    inside = [each for each in given.inside if each.best != each.wanted]
    outside = [each for each in given.outside if each.accepted in given.intents]
    return [
        *(((each.wanted, each.best), each.message) for each in inside),
        *(((OUT_OF_SCOPE, each.accepted), each.message) for each in outside),
    ]
