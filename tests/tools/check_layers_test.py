#!/usr/bin/python3
"""Tests of tools/check_layers: it reports each kind of fault, and accepts a valid tree."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK_LAYERS = Path(__file__).resolve().parents[2] / "tools" / "check_layers"


def run_on(files):
    """Exit code and output of check_layers for a tree of {path below src: content}."""
    with tempfile.TemporaryDirectory() as root:
        for path, content in files.items():
            file = Path(root, "src", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECK_LAYERS, root], capture_output=True, text=True)
    return done.returncode, done.stdout


VALID = {
    "base/result.h": "#include <string>\n#include <tl/expected.hpp>\n",
    "core/role.h": '#include "base/result.h"\n#include <fmt/core.h>\n',
    "app/access/context.h": '#include "core/role.h"\n',
    "app/roles/roles.cc": '#include "app/access/context.h"\n',
    "server/endpoints/endpoints.h": "",
    "server/endpoints/v1/roles.cc": '#include "server/endpoints/endpoints.h"\n',
}


class CheckLayers(unittest.TestCase):
    def assert_reported(self, files, *words):
        code, output = run_on({**VALID, **files})
        self.assertEqual(code, 1, output)
        for word in words:
            self.assertIn(word, output)

    def test_reports_an_include_of_a_higher_folder(self):
        self.assert_reported({"base/clock.h": '#include "core/role.h"\n'}, "which base must not include")

    def test_reports_an_include_of_a_higher_subfolder(self):
        self.assert_reported({"app/access/actor.cc": '#include "app/roles/roles.h"\n', "app/roles/roles.h": ""},
                             "app/access/actor.cc", "is in app/roles, which app/access must not include")

    def test_reports_an_include_of_a_subfolder_of_the_same_level(self):
        self.assert_reported(
            {"storage/sqlite/writer.cc": '#include "storage/postgres/pool.h"\n', "storage/postgres/pool.h": ""},
            "is in storage/postgres, which storage/sqlite must not include")

    def test_reports_files_of_the_folder_itself_in_a_subfolder(self):
        self.assert_reported(
            {"cli/client/session.cc": '#include "cli/program.h"\n', "cli/program.h": ""},
            "is in cli, which cli/client must not include")

    def test_reports_other_headers_of_a_folder_that_shares_one(self):
        self.assert_reported(
            {"server/endpoints/v1/users.cc": '#include "server/endpoints/routes.h"\n',
             "server/endpoints/routes.h": ""},
            "is in server/endpoints, which server/endpoints/v1 must not include")

    def test_reports_the_command_line_in_the_server(self):
        self.assert_reported(
            {"cli/output.h": "", "server/main.cc": '#include "cli/output.h"\n'}, "which server must not include")

    def test_reports_a_library_outside_its_folder(self):
        for header, owner in [("sqlite3.h", "storage"), ("openssl/evp.h", "crypto"),
                              ("sodium.h", "crypto"), ("curl/curl.h", "http"),
                              ("boost/beast/http.hpp", "http"), ("spdlog/spdlog.h", "base"),
                              ("tl/expected.hpp", "base"), ("toml++/toml.h", "server")]:
            with self.subTest(header):
                self.assert_reported({"app/roles/roles.cc": f"#include <{header}>\n"}, header, owner)

    def test_reports_an_unknown_library(self):
        self.assert_reported({"http/message.cc": "#include <nlohmann/json.hpp>\n"}, "no library")

    def test_reports_input_and_output_in_a_pure_folder(self):
        self.assert_reported({"core/role.cc": "#include <fstream>\n"}, "fstream")
        self.assert_reported({"app/roles/roles.cc": "#include <unistd.h>\n"}, "unistd.h")

    def test_reports_a_cycle(self):
        self.assert_reported({"core/a.h": '#include "core/b.h"\n', "core/b.h": '#include "core/a.h"\n'},
                            "core/a.h -> core/b.h -> core/a.h")

    def test_reports_a_missing_file(self):
        self.assert_reported({"core/a.h": '#include "core/missing.h"\n'}, "core/missing.h")

    def test_reports_an_unknown_folder(self):
        self.assert_reported({"util/text.h": ""}, "util")

    def test_reports_an_unknown_subfolder(self):
        self.assert_reported({"app/helpers/text.h": ""}, "src/app/helpers/text.h", "have no folder app/helpers")
        self.assert_reported({"base/text/trim.h": ""}, "have no folder base/text")
        self.assert_reported({"server/endpoints/v2/roles.cc": ""}, "have no folder server/endpoints/v2")

    def test_reports_a_file_outside_of_the_subfolders(self):
        self.assert_reported({"app/roles.cc": ""}, "src/app/roles.cc", "have no files directly in app")

    def test_reports_a_file_outside_of_the_folders(self):
        self.assert_reported({"main.cc": ""}, "src/main.cc")

    def test_accepts_a_valid_tree(self):
        self.assertEqual(run_on(VALID), (0, ""))


if __name__ == "__main__":
    unittest.main()
