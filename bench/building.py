"""Builds what the benchmarks run: the release preset and targets of bench/."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "release" / "bin"


def build(*targets):
    """Installs the packages that are missing. Unit tests are built only where the folder has them already."""
    subprocess.run([ROOT / "tools" / "install-packages", "build", "bench"], check=True)
    is_configured = (ROOT / "build" / "release" / "build.ninja").exists()
    subprocess.run(["cmake", "--preset", "release", "--log-level=WARNING",
                    *([] if is_configured else ["-DBUILD_TESTING=OFF"])], cwd=ROOT, check=True)
    subprocess.run(["cmake", "--build", "--preset", "release", "--target", *targets], cwd=ROOT, check=True)
