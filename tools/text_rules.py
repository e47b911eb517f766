"""Rules on the wording and the layout of texts, as docs/writing.md states them."""

import re

# Idioms of a private voice. docs/writing.md lists the same ones.
IDIOMS = (
    "no good", "not good", "is good", "not any more", "whoever", "somebody", "nobody", "for ever", "is there again",
    "the one before", "goes on", "go on", "looked after", "turned away", "let in", "what it is", "who asks", "is over",
    "are over",
)
# What separates two words: spaces, or a line break with the marks that continue a comment, a quote or a string.
_GAP = r'(?:[ \t]+|[ \t]*"?[ \t]*\n[ \t]*(?://+|#+|--|\*+|>|u?")?[ \t]*)'
_IDIOM = re.compile(r"\b(?:" + "|".join(idiom.replace(" ", _GAP) for idiom in IDIOMS) + r")\b", re.IGNORECASE)

MAX_COLUMNS = 120
# Indentation and the mark of a list item or a quote.
_MARKER = re.compile(r"\s*(?:(?:[-*+]|\d+\.|>) +)?")


def find_idioms(text):
    """Banned idioms as (line number, idiom)."""
    return [(text.count("\n", 0, found.start()) + 1, " ".join(re.findall(r"\w+", found.group())).lower())
            for found in _IDIOM.finditer(text)]


def find_long_lines(markdown):
    """Numbers of the Markdown lines longer than MAX_COLUMNS that could be broken.

    Table rows, code blocks and lines of a single word, such as a link, are exempt.
    """
    lines, in_code = [], False
    for number, line in enumerate(markdown.split("\n"), start=1):
        content = line[_MARKER.match(line).end():].rstrip()
        if content.startswith("```"):
            in_code = not in_code
        elif not in_code and len(line) > MAX_COLUMNS and " " in content and not content.startswith("|"):
            lines.append(number)
    return lines


def check(name, text):
    """What is wrong with one file, in the form `name:line: fault`."""
    faults = [f"{name}:{line}: the idiom \"{idiom}\"; see docs/writing.md" for line, idiom in find_idioms(text)]
    if name.endswith(".md"):
        faults += [f"{name}:{line}: longer than {MAX_COLUMNS} columns" for line in find_long_lines(text)]
    return faults
