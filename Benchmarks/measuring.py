"""What the benchmark scripts share: running a program, and a table of what it took. Standard library only."""

import os
import platform
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, ".build", "release", "bitmod-dist")


def require_program(script):
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"{script}: no {PROGRAM}; build it first: scripts/run --version")


def run(command, **options):
    """Runs a command; returns wall seconds, CPU seconds and peak memory in MB of its process tree."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def measure(command, repeat, **options):
    """The columns of a row: wall time (median and best), CPU time and peak memory (medians)."""
    walls, cpus, memories = zip(*[run(command, **options) for _ in range(repeat)])
    return statistics.median(walls), min(walls), statistics.median(cpus), statistics.median(memories)


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def machine(repeat):
    return f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {repeat} runs\n"


def table(header, rows):
    widths = [max(len(str(row[column])) for row in [header, *rows]) for column in range(len(header))]

    def line(row):
        return "| " + " | ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) + " |"

    print(line(header))
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        print(line(row))
