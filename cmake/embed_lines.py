"""Writes a C++ source with the lines of a text file, but for comments, as an array of literals.

Usage: embed_lines.py IN.txt OUT.cc HEADER FUNCTION
"""

import json
import sys


def main() -> None:
    source, target, header, function = sys.argv[1:]
    with open(source, encoding="ascii") as text:
        lines = sorted({line.rstrip("\n") for line in text if line.strip() and not line.startswith("#")})
    rows = "".join(f"    {json.dumps(line)},\n" for line in lines)
    with open(target, "w", encoding="ascii") as out:
        out.write(
            f'#include "{header}"\n\nnamespace ptkl {{\nnamespace {{\n\n'
            f"constexpr std::string_view kLines[] = {{\n{rows}}};\n\n}}  // namespace\n\n"
            f"std::span<const std::string_view> {function}() {{ return kLines; }}\n\n}}  // namespace ptkl\n"
        )


main()
