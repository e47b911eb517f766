#!/usr/bin/python3
"""tools/text_rules refuses banned idioms and long Markdown lines, and passes other texts."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import text_rules  # noqa: E402

# In two parts, so that the rule does not find it here.
IDIOM = "go" + " on"


class Idioms(unittest.TestCase):
    def assert_refused(self, text, line=1):
        self.assertEqual(text_rules.find_idioms(text), [(line, IDIOM)])

    def test_refuses_each_idiom_of_the_list(self):
        self.assertEqual(len(text_rules.IDIOMS), 19)
        for idiom in text_rules.IDIOMS:
            with self.subTest(idiom):
                self.assertEqual(text_rules.find_idioms(f"Here {idiom}, there."), [(1, idiom)])

    def test_knows_the_list_of_the_guide(self):
        guide = Path(text_rules.__file__).parents[1].joinpath("docs", "writing.md").read_text("utf-8")
        listed = guide.split("## Banned idioms", 1)[1].split("*")[1]
        self.assertEqual(" ".join(listed.split()).split(", "), list(text_rules.IDIOMS))

    def test_refuses_any_case(self):
        self.assert_refused(f"{IDIOM.upper()}.")
        self.assert_refused(IDIOM.title())

    def test_refuses_it_in_comments_strings_and_markup(self):
        for text in [f"// They {IDIOM}", f'log("{IDIOM}");', f"| **{IDIOM}** |", f"# {IDIOM}:", f"`{IDIOM}`"]:
            with self.subTest(text):
                self.assert_refused(text)

    def test_refuses_it_across_a_line_break(self):
        for gap in ["\n", "\n  ", "\n// ", "\n  /// ", "\n# ", "\n * ", "\n-- ", "\n> ", '"\n    "', ' "\n    "']:
            with self.subTest(gap):
                self.assert_refused("first line\n" + IDIOM.replace(" ", gap), line=2)

    def test_reports_every_place(self):
        self.assertEqual(text_rules.find_idioms(f"{IDIOM}\n\n{IDIOM} {IDIOM}"), [(1, IDIOM), (3, IDIOM), (3, IDIOM)])

    def test_passes_parts_of_words(self):
        for text in ["for every one", "let inner = 1", "cargo online", "is overlapping", "no goods", "is_over"]:
            with self.subTest(text):
                self.assertEqual(text_rules.find_idioms(text), [])

    def test_passes_words_of_two_paragraphs_or_values(self):
        for text in ["go\n\non", '"go", "on"', "go. On", "go-on"]:
            with self.subTest(text):
                self.assertEqual(text_rules.find_idioms(text), [])


class LongLines(unittest.TestCase):
    LONG = "word " * 24 + "x"

    def test_refuses_a_line_of_121_columns(self):
        self.assertEqual(len(self.LONG), 121)
        self.assertEqual(text_rules.find_long_lines(f"# Title\n\n{self.LONG}\n"), [3])

    def test_refuses_list_items_quotes_and_headings(self):
        for mark in ["- ", "  - ", "10. ", "> ", "## "]:
            with self.subTest(mark):
                self.assertEqual(text_rules.find_long_lines(mark + self.LONG), [1])

    def test_refuses_text_after_a_code_block(self):
        self.assertEqual(text_rules.find_long_lines(f"```\n{self.LONG}\n```\n{self.LONG}"), [4])

    def test_refuses_text_beside_a_link(self):
        self.assertEqual(text_rules.find_long_lines("see https://example.com/" + "a" * 120), [1])

    def test_counts_characters_not_bytes(self):
        self.assertEqual(text_rules.find_long_lines("ü " * 60), [])

    def test_passes_120_columns(self):
        self.assertEqual(text_rules.find_long_lines(self.LONG[:-1].rstrip()), [])

    def test_passes_tables_code_and_single_links(self):
        link = "[name](https://example.com/" + "a" * 120 + ")"
        for text in [f"| {self.LONG} |", f"   | {self.LONG} |", f"```\n{self.LONG}\n```",
                     f"- ```sh\n  {self.LONG}\n  ```", link, f"- {link}"]:
            with self.subTest(text):
                self.assertEqual(text_rules.find_long_lines(text), [])


class Check(unittest.TestCase):
    def test_names_file_line_and_fault(self):
        self.assertEqual(text_rules.check("docs/a.md", f"fine\n{IDIOM}\n"),
                         [f'docs/a.md:2: the idiom "{IDIOM}"; see docs/writing.md'])
        self.assertEqual(text_rules.check("docs/a.md", LongLines.LONG), ["docs/a.md:1: longer than 120 columns"])

    def test_measures_only_markdown(self):
        self.assertEqual(text_rules.check("src/a.cc", LongLines.LONG), [])


if __name__ == "__main__":
    unittest.main()
