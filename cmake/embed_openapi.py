"""Writes api/openapi.yaml as JSON into a C++ source: embed_openapi.py <openapi.yaml> <out.cc>"""

import json
import pathlib
import sys

import yaml

# Not every compiler takes one long literal; adjacent ones are joined.
PIECE = 8000
DELIMITER = "ptkl"


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    text = json.dumps(document, separators=(",", ":"))  # ASCII only
    if f"){DELIMITER}\"" in text:
        sys.exit(f"{source}: holds the delimiter of the literal")
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    literals = "\n".join(f'R"{DELIMITER}({piece}){DELIMITER}"' for piece in pieces)
    pathlib.Path(target).write_text(
        '#include "server/endpoints/embedded.h"\n\n'
        "namespace ptkl::server {\n\n"
        f"std::string_view openapi_document() {{\n  return\n{literals};\n}}\n\n"
        "}  // namespace ptkl::server\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
