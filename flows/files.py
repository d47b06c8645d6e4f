"""Lists the files of a folder of flows: `<flow>/flow.yaml` and what lies beside it; a single file is itself."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from core.files.documents import Place, fail, files

FLOW, PHRASES, TESTS, MORE_TESTS = "flow.yaml", "phrases.yaml", "tests.yaml", "tests"


class Placed(Protocol):
    """Has a place in a file."""

    @property
    def place(self) -> Place: ...


T = TypeVar("T", bound=Placed)


def flow_files(where: Path) -> list[Path]:
    """Lists the `flow.yaml` of each flow, in the order of the flows' names."""
    return sorted(where.glob(f"*/{FLOW}")) if where.is_dir() else [where]


def text_files(where: Path) -> list[Path]:
    """Lists `<locale>.yaml` of the folder itself and of each flow."""
    return [
        *files(where),
        *(path for path in sorted(where.glob("*/*.yaml")) if path.name not in (FLOW, PHRASES, TESTS)),
    ]


def phrase_files(where: Path) -> list[Path]:
    """Lists the phrases of flows that bring their own intent."""
    return sorted(where.glob(f"*/{PHRASES}"))


def case_files(where: Path) -> list[Path]:
    """Lists the conversation tests of each flow: `tests.yaml`, and what is in a folder `tests`."""
    return sorted((*where.glob(f"*/{TESTS}"), *where.glob(f"*/{MORE_TESTS}/*.yaml")))


def flow_folder(path: Path) -> Path:
    """Returns the folder of the flow that a file of conversation tests belongs to."""
    return path.parent.parent if path.parent.name == MORE_TESTS else path.parent


def layered(folders: Sequence[Path], listed: Callable[[Path], list[Path]]) -> list[list[Path]]:
    """Lists the files of each folder, less those that a later folder has too: `returns/en.yaml` replaces that file.

    A file that lies in the folder itself replaces none; what is in it is added.
    """
    replaced: set[Path] = set()
    kept: list[list[Path]] = []
    for folder in reversed(folders):
        paths = {path: path.relative_to(folder) for path in listed(folder)}
        kept.insert(0, [path for path, name in paths.items() if name not in replaced])
        replaced |= {name for name in paths.values() if len(name.parts) > 1}
    return kept


def add(found: dict[str, T], more: Mapping[str, T]) -> None:
    """Adds what one more file of the same folder defines. Raises ConfigurationError when a name is taken there."""
    for name, made in more.items():
        if name in found:
            fail(made.place, f"{name} is in {found[name].place} already", "a name that no other flow uses")
        found[name] = made
