"""A Spark cluster of our own: a standalone master with two workers of this machine, for as long as a test needs it.

Small on purpose: rows are few, so what costs is starting six Java machines and compiling. They compile quickly instead
of well, and Spark reads its plans instead of compiling them. What is answered is the same.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from jobs.processes import die_with_parent
from tests.patience import PATIENCE_S, until

WORKERS = 2
DAEMON = "org.apache.spark.deploy"
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
DEFAULTS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.executor.memory": "512m",
    "spark.cores.max": WORKERS,
    # nothing begins before both workers are there: each shall do its part
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": f"{PATIENCE_S:.0f}s",
    "spark.sql.shuffle.partitions": WORKERS,
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_cluster(folder: Path) -> Iterator[str]:
    """Yields the master's address. Sessions of this process find the settings above; the last one ends with the block."""
    home = _home()
    (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in DEFAULTS.items()))
    told = {
        "SPARK_HOME": str(home), "SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder), "SPARK_SCALA_VERSION": "2.13", "JAVA_TOOL_OPTIONS": QUICK,
    }  # fmt: skip
    with ExitStack() as running, pytest.MonkeyPatch.context() as patched:
        for name, value in told.items():
            patched.setenv(name, value)
        log = running.enter_context(_daemon(folder, "master.Master"))
        until(lambda: _address(log), log.read_text)
        address = _address(log)
        for _ in range(WORKERS):
            size = ("--cores", "1", "--memory", "600m", "--work-dir", str(folder / "work"))
            running.enter_context(_daemon(folder, "worker.Worker", *size, address))
        running.callback(_end_session)
        yield address


def tasks_by_worker() -> list[int]:
    """How many tasks each worker has finished for this process's session."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    known = session.sparkContext._jsc.sc().statusStore().executorList(True)
    found = [known.apply(n) for n in range(known.size())]
    return [each.completedTasks() for each in found if each.id() != "driver"]


def _home() -> Path:
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None, "pyspark is in requirements-spark.lock; run make test-spark"
    return Path(spec.origin).parent


@contextmanager
def _daemon(folder: Path, name: str, *words: str) -> Iterator[Path]:
    """A process of Spark's on a port of its own until the block ends, or this process does; yields its log."""
    log = folder / f"{len(list(folder.glob('*.log')))}.log"
    opened = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.lang", "java.nio", "sun.nio.ch")]
    command = ["java", "-Xmx256m", *opened, "-cp", f"{_home()}/jars/*", f"{DAEMON}.{name}", "--host", "127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", "0", "--webui-port", "0", *words],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=folder,
            preexec_fn=die_with_parent,  # noqa: PLW1509  (the session, which has threads, comes later)
        )
    try:
        yield log
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            process.kill()


def _address(log: Path) -> str:
    found = re.search(r"Starting Spark master at (spark://\S+)", log.read_text(errors="replace"))
    return found.group(1) if found else ""


def _end_session() -> None:
    """Stop the session and the Java machine behind it, which would otherwise stay for as long as this process."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    gateway = SparkContext._gateway
    if session is not None:
        session.stop()
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(PATIENCE_S)
        SparkContext._gateway = SparkContext._jvm = None
