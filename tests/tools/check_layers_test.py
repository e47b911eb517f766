#!/usr/bin/python3
"""tools/check_layers refuses each kind of bad tree, and passes a good one."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK_LAYERS = Path(__file__).resolve().parents[2] / "tools" / "check_layers"


def run_on(files):
    """Exit code and output for a tree with these files, {path below src: content}."""
    with tempfile.TemporaryDirectory() as root:
        for path, content in files.items():
            file = Path(root, "src", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECK_LAYERS, root], capture_output=True, text=True)
    return done.returncode, done.stdout


GOOD = {
    "base/result.h": "#include <string>\n#include <tl/expected.hpp>\n",
    "core/role.h": '#include "base/result.h"\n#include <fmt/core.h>\n',
}


class CheckLayers(unittest.TestCase):
    def assert_refused(self, files, *words):
        code, output = run_on({**GOOD, **files})
        self.assertEqual(code, 1, output)
        for word in words:
            self.assertIn(word, output)

    def test_refuses_a_folder_that_looks_up(self):
        self.assert_refused({"base/clock.h": '#include "core/role.h"\n'}, "base must not know")

    def test_refuses_the_command_line_in_the_server(self):
        self.assert_refused(
            {"cli/output.h": "", "server/main.cc": '#include "cli/output.h"\n'}, "server must not know")

    def test_refuses_a_library_outside_its_folder(self):
        for header, owner in [("sqlite3.h", "storage"), ("openssl/evp.h", "crypto"),
                              ("sodium.h", "crypto"), ("curl/curl.h", "http"),
                              ("boost/beast/http.hpp", "http"), ("spdlog/spdlog.h", "base"),
                              ("tl/expected.hpp", "base"), ("toml++/toml.h", "server")]:
            with self.subTest(header):
                self.assert_refused({"app/roles.cc": f"#include <{header}>\n"}, header, owner)

    def test_refuses_a_library_that_nobody_chose(self):
        self.assert_refused({"http/message.cc": "#include <nlohmann/json.hpp>\n"}, "no library")

    def test_refuses_input_and_output_in_the_rules(self):
        self.assert_refused({"core/role.cc": "#include <fstream>\n"}, "fstream")
        self.assert_refused({"app/roles.cc": "#include <unistd.h>\n"}, "unistd.h")

    def test_refuses_a_cycle(self):
        self.assert_refused({"core/a.h": '#include "core/b.h"\n', "core/b.h": '#include "core/a.h"\n'},
                            "core/a.h -> core/b.h -> core/a.h")

    def test_refuses_a_file_that_is_not_there(self):
        self.assert_refused({"core/a.h": '#include "core/missing.h"\n'}, "core/missing.h")

    def test_refuses_a_folder_that_is_not_in_the_table(self):
        self.assert_refused({"util/text.h": ""}, "util")

    def test_passes_a_good_tree(self):
        self.assertEqual(run_on(GOOD), (0, ""))


if __name__ == "__main__":
    unittest.main()
