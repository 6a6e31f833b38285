"""bench.py - time and memory of `reportgen demo`, and time of a clean build.

usage: bench.py PROGRAM
The numbers that were promised stand beside what was measured; nothing here fails when they are
missed, since a busy machine is no fault of the code.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 10


def run_once(command, cwd):
    """Seconds and peak resident MB of one run."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status != 0:
        sys.exit(f"bench.py: {' '.join(command)}: exit {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024


def bench_demo(program, work):
    results = [run_once([program, "demo", str(work / f"run{n}")], work) for n in range(RUNS)]
    seconds = [result[0] for result in results]
    print(f"demo         {statistics.median(seconds):8.3f} s median of {RUNS}, "
          f"{min(seconds):.3f} to {max(seconds):.3f}   (promised: under 1 s)")
    print(f"demo memory  {max(result[1] for result in results):8.1f} MB peak"
          "                        (promised: under 64 MB)")


def bench_build(work):
    source = work / "source"
    shutil.copytree(".", source, ignore=shutil.ignore_patterns("build", ".git"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    for jobs in (1, 2):
        shutil.rmtree(source / "build", ignore_errors=True)
        began = time.monotonic()
        subprocess.run(["make", f"-j{jobs}", "all"], cwd=source, env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        print(f"build -j{jobs}    {time.monotonic() - began:8.1f} s"
              "                              (promised: under 30 s)")


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        os.environ.update(HOME=folder, XDG_DATA_HOME=f"{folder}/data",
                          XDG_CONFIG_HOME=f"{folder}/config")
        bench_demo(program, work)
        bench_build(work)
    print(f"program      {Path(program).stat().st_size / 1e6:8.1f} MB")


main()
