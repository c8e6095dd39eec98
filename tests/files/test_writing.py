from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import threading

import pytest

from mailspec.files.writing import append_file, create_file, write_file


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "report"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            write_file(str(path), b"new")
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("report", "old")]
    write_file(str(path), b"new")
    assert path.read_text() == "new"


def test_mode_is_kept_and_a_link_stays(tmp_path):
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_file(str(link), b"new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_honours_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new"), b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_adding_makes_the_file_and_keeps_what_is_there(tmp_path):
    path = str(tmp_path / "summary")
    append_file(path, b"one\n")
    append_file(path, b"two\n")
    assert (tmp_path / "summary").read_text() == "one\ntwo\n"


# The numbers of Linux's own devices (Documentation/admin-guide/devices.txt): never the machine's own nodes, which a
# fault here would replace.
DEVICES = {"null": (1, 3), "full": (1, 7), "zero": (1, 5)}


@pytest.fixture
def device(tmp_path):
    def make(name: str) -> str:
        path = tmp_path / name
        try:
            os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(*DEVICES[name]))
            path.open("wb").close()
        except OSError:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip("device nodes need root and a file system that has them")
        return str(path)

    return make


def test_a_device_is_written_through_and_stays_one(device):
    path = device("null")
    write_file(path, b"x")
    assert stat.S_ISCHR(os.stat(path).st_mode)


def test_a_full_device_says_so_and_stays_one(device):
    path = device("full")
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"x")
    assert stat.S_ISCHR(os.stat(path).st_mode)


def test_a_link_to_a_device_stays_and_so_does_the_device(device, tmp_path):
    path, link = device("null"), tmp_path / "link"
    link.symlink_to(path)
    write_file(link, b"x")
    assert link.is_symlink()
    assert stat.S_ISCHR(os.stat(path).st_mode)


@pytest.mark.parametrize("write", [write_file, append_file])
def test_a_pipe_that_is_read_is_written_through_and_stays_one(tmp_path, write):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    write(path, b"x" * 200_000)
    reader.join(10)
    assert read == [b"x" * 200_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("write", [write_file, append_file])
def test_a_pipe_that_nobody_reads_is_refused_in_time(tmp_path, monkeypatch, write):
    monkeypatch.setattr("mailspec.files.writing._READER", 0.1)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nobody reads") as refused:
        write(tmp_path / "pipe", b"x")
    assert refused.value.errno == errno.ENXIO
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_socket_is_refused_and_stays_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        with pytest.raises(OSError, match="neither a file nor a pipe"):
            write_file("socket", b"x")
    assert stat.S_ISSOCK(os.stat("socket").st_mode)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_file(tmp_path, b"x")


def test_a_file_of_another_process_is_refused(tmp_path):
    with pytest.raises(OSError, match="files of /proc"):
        write_file("/proc/1/fd/1", b"x")


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_the_own_standard_output_is_written_where_it_goes(tmp_path, name):
    link, target = tmp_path / "link", tmp_path / "target"
    link.symlink_to(name)
    program = "import sys; from mailspec.files.writing import write_file; write_file(sys.argv[1], b'new'); print('end')"
    with target.open("wb") as stream:
        subprocess.run([sys.executable, "-c", program, str(link)], stdout=stream, check=True)
        inode = os.fstat(stream.fileno()).st_ino
    assert target.read_bytes() == b"newend\n"
    assert (target.stat().st_ino, link.is_symlink()) == (inode, True)
    piped = subprocess.run([sys.executable, "-c", program, str(link)], stdout=subprocess.PIPE, check=True)
    assert piped.stdout == b"newend\n"


def test_a_new_file_is_not_made_through_a_link(tmp_path):
    (tmp_path / "link").symlink_to("elsewhere")
    with pytest.raises(FileExistsError):
        create_file(tmp_path / "link", b"x")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("private", [True, False])
def test_a_private_file_is_nobody_elses_from_the_start(tmp_path, private):
    write_file(tmp_path / "new", b"x", private=private)
    (tmp_path / "old").write_bytes(b"x")
    (tmp_path / "old").chmod(0o664)
    write_file(tmp_path / "old", b"y", private=private)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o007 for name in ("new", "old")]
    assert modes == ([0, 0] if private else [0o004, 0o004])


def test_what_a_killed_writer_left_goes_at_the_next_call_and_what_a_living_one_has_stays(tmp_path):
    program = (
        "import os, sys; from mailspec.files import writing; "
        "writing._write = lambda handle, content: (print('ready', flush=True), sys.stdin.read()); "
        "writing.write_file(sys.argv[1], b'secret')"
    )
    path = tmp_path / "token"
    command = [sys.executable, "-c", program, str(path)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as living,
    ):
        for writer in (killed, living):
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        assert len(list(tmp_path.iterdir())) == 2
        killed.kill()
        killed.wait()
        write_file(path, b"new")
        assert len([name for name in os.listdir(tmp_path) if name.startswith(".mailspec-write-token.")]) == 1
        living.communicate(b"")
        assert living.returncode == 0
    assert os.listdir(tmp_path) == ["token"]


@pytest.mark.parametrize("write", [write_file, append_file, create_file])
def test_an_error_names_the_file_that_was_asked_for(tmp_path, monkeypatch, write):
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # as os.write: without a name

    monkeypatch.setattr("mailspec.files.writing._write", full)
    with pytest.raises(OSError, match="No space left") as failed:
        write(tmp_path / "report", b"x")
    assert failed.value.filename == str(tmp_path / "report")


def test_an_error_of_a_rename_names_no_neighbour(tmp_path, monkeypatch):
    def fails(source: str, path: str) -> None:
        raise OSError(errno.EIO, "Input/output error", str(source), None, str(path))

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="Input/output") as failed:
        write_file(tmp_path / "report", b"x")
    assert str(failed.value) == f"[Errno 5] Input/output error: '{tmp_path}/report'"
