import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from smartphone_support.jobs.management.commands import serve


def process(seconds):
    code = f"import time; time.sleep({seconds})"
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


@pytest.fixture
def stage(monkeypatch):
    """Plain processes in the parts of web and worker: the web lives `web` seconds, workers as listed."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    started = []

    def play(web, workers):
        lives = iter(workers)
        monkeypatch.setattr(serve, "_start", lambda *arguments: process(web))
        monkeypatch.setattr(
            serve, "_start_worker", lambda: started.append(process(next(lives))) or started[-1]
        )
        with pytest.raises(SystemExit) as end:
            call_command("serve", bind="127.0.0.1:1")
        return end.value.code, started

    yield play
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_worker_that_dies_is_started_again_beside_the_same_web(stage):
    code, workers = stage(web=2, workers=[0, 60])
    assert len(workers) == 2
    assert code == 1, "the web ended by itself, which nobody asked for"
    assert workers[1].poll() is not None, "nobody is left behind"


def test_a_worker_that_keeps_dying_stops_everything(stage, capsys):
    code, workers = stage(web=60, workers=[0] * 9)
    assert (code, len(workers)) == (1, serve.RESTARTS + 1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_children_end_when_the_command_is_killed_without_a_word(settings):
    code = (
        "import os, signal\n"
        "from smartphone_support.jobs.management.commands.serve import _start\n"
        "print(_start('-c', 'import time; time.sleep(60)').pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "smartphone_support.settings"}
    killed = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=settings.BASE_DIR, env=environment
    )
    child = int(killed.stdout)
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_in_use_is_one_sentence(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SystemExit) as end:
            call_command("serve", bind=bind)
    assert end.value.code == 1
    assert bind in capsys.readouterr().err
