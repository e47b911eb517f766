#!/usr/bin/python3
"""tools/lint reports a member that is used without its mutex, and passes one that is used with it."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tools"))


def load_lint():
    loader = SourceFileLoader("lint", str(ROOT / "tools" / "lint"))
    module = module_from_spec(spec_from_loader("lint", loader))
    loader.exec_module(module)
    return module


LINT = load_lint()

SOURCE = """
#include "base/mutex.h"

namespace ptkl {

class Counter {
 public:
  void add() {
    %s
    ++count_;
  }

 private:
  Mutex mutex_;
  SharedMutex shared_;
  int count_ PTKL_GUARDED_BY(%s) = 0;
};

}  // namespace ptkl
"""


def tidy(statement, mutex="mutex_"):
    """Exit code and output of clang-tidy, as tools/lint runs it, for a class with that statement."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "counter.cc")
        file.write_text(SOURCE % (statement, mutex), encoding="utf-8")
        done = subprocess.run(
            [LINT.CLANG_TIDY, *LINT.TIDY_ARGUMENTS, f"--config-file={ROOT / '.clang-tidy'}", file, "--",
             "-std=c++20", "-Wall", "-Werror", f"-I{ROOT / 'src'}"],
            capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@unittest.skipUnless(shutil.which(LINT.CLANG_TIDY), "clang-tidy is not installed")
class ThreadSafety(unittest.TestCase):
    def assert_reported(self, statement, mutex="mutex_"):
        code, output = tidy(statement, mutex)
        self.assertNotEqual(code, 0, output)
        self.assertIn("clang-diagnostic-thread-safety-analysis", output)

    def assert_clean(self, statement, mutex="mutex_"):
        code, output = tidy(statement, mutex)
        self.assertEqual((code, output), (0, ""))

    def test_passes_a_lock(self):
        self.assert_clean("const MutexLock lock(mutex_);")
        self.assert_clean("const WriterLock lock(shared_);", "shared_")

    def test_reports_a_missing_lock(self):
        self.assert_reported("")

    def test_reports_a_lock_that_was_let_go(self):
        self.assert_reported("MutexLock lock(mutex_); lock.unlock();")

    def test_reports_a_write_under_a_shared_lock(self):
        self.assert_reported("const ReaderLock lock(shared_);", "shared_")


if __name__ == "__main__":
    unittest.main()
