"""Starts the Procfile's processes and the embedded Valkey (`make start`) under supervisor, which restarts the dead."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from adapters.channels import registry
from bots import supervisor
from bots.checks import check
from bots.claims import claim_folder, claim_port
from bots.process import CHECKED, OUTPUT, become, in_words, title, warn, warn_of_strange_names
from bots.supervisor import module_of
from bots.wiring.clients import valkey
from bots.wiring.health import counts
from config.accounts import accounts
from config.settings import Settings

ROOT = Path(__file__).parent.parent

MAY_END = ("telegram_polling", "slack_socket", "registration")  # they end when nothing is left for them to do

_HEAD = """[supervisord]
nodaemon=true
silent=true
logfile={var}/supervisor.log
logfile_maxbytes=1MB
logfile_backups=1
pidfile={var}/supervisor.pid
childlogdir={var}
identifier=doorstep
user={user}

[unix_http_server]
file={control}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{control}
"""

# An exit with 0 is an end (a process that is not used); everything else is started again, with growing pauses.
_PROGRAM = """
[program:{name}]
command={command}
directory={root}
environment={environment}
priority={priority}
autorestart={autorestart}
exitcodes=0,78
startsecs=1
startretries=1000000
stopwaitsecs=10
stopasgroup=true
killasgroup=true
stdout_logfile=/dev/stdout
stdout_logfile_maxbytes=0
stderr_logfile=/dev/stderr
stderr_logfile_maxbytes=0
"""


def programs(settings: Settings) -> dict[str, str]:
    """Returns name -> command of every process, the first to start first."""
    found: dict[str, str] = {}
    if not settings.redis_url:
        found["valkey"] = shlex.join(valkey.prepare(settings.var_dir))
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        if command.strip():
            found[name.strip()] = _with_our_python(command.strip())
    return found


def configuration(settings: Settings, commands: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Writes the text of supervisor's configuration file."""
    var = settings.var_dir.resolve()
    text = _HEAD.format(
        var=var, control=_control(settings), user=os.environ.get("USER", "root") if os.getuid() == 0 else ""
    )
    text = text.replace("user=\n", "")
    listed = ",".join(f'{key}="{_escaped(value)}"' for key, value in environment.items())
    for priority, (name, command) in enumerate(commands.items(), 1):
        text += _PROGRAM.format(
            name=name,
            command=_escaped(command),
            root=ROOT,
            environment=listed,
            priority=priority * 10,
            autorestart="unexpected" if name in MAY_END else "true",
        )
    return text


def main() -> None:
    """Checks everything, then hands over to supervisor; Ctrl-C stops all."""
    settings = become("start")
    warn_of_strange_names()
    with in_words():
        claim_folder(settings.var_dir, settings.port)
        claim_port(settings.host, settings.port)
        check(settings)
        commands = programs(settings)
        _warn_without_channel(settings)
    sys.stderr.write(f"doorstep: serving on {settings.base_url} (Ctrl-C stops all)\n")
    launch(settings, commands, {CHECKED: "1"})


def _warn_without_channel(settings: Settings) -> None:
    """Says how a channel is switched on, where none is: with the one that asks for least."""
    listed = accounts(settings)
    channels = [spec.form for spec in registry.specs()]
    if not any(listed[form.name] for form in channels):
        easiest = min(channels, key=lambda form: len(list(form.wanted())))
        names = " and ".join(map(easiest.variable, easiest.wanted()))
        others = "`doorstep doctor` lists what the others need; `make run` tries all without any"
        warn(f"no channel is on: nobody can write to you. To switch one on, set {names}; {others}")


def _control(settings: Settings) -> Path:
    """Returns the path of supervisor's own socket."""
    return valkey.socket_path(settings.var_dir).with_name("supervisor.sock")


def launch(settings: Settings, commands: Mapping[str, str], environment: Mapping[str, str]) -> None:
    """Becomes supervisor, with these programs, until it is told to stop."""
    counts.clear(settings.var_dir)
    control = _control(settings)
    control.parent.mkdir(parents=True, exist_ok=True)
    control.unlink(missing_ok=True)  # of one that was killed: the folder is ours
    path = settings.var_dir / "supervisor.conf"
    path.touch(mode=0o600)
    path.chmod(0o600)
    mine = f"/proc/{os.getpid()}/fd"  # still this process's when it is the supervisor
    path.write_text(configuration(settings, commands, {**environment, OUTPUT: mine}))
    listed = (module_of(shlex.split(command)) for command in commands.values())
    supervisor.serve(path, [module for module in listed if module], title("supervisor", settings.var_dir))


def _with_our_python(command: str) -> str:
    return (
        command.replace("python ", f"{shlex.quote(sys.executable)} ", 1) if command.startswith("python ") else command
    )


def _escaped(text: str) -> str:
    """Escapes a text for supervisor, which expands %(name)s and takes quotes as its own."""
    return text.replace("%", "%%").replace('"', '\\"')


if __name__ == "__main__":
    main()
