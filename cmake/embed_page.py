"""Writes an HTML page and its Content-Security-Policy into a C++ source: embed_page.py <page.html> <out.cc>

The function is called after the file: accept_invitation.html becomes accept_invitation_page(). The policy
allows exactly the one <style> and the one <script> of the page, by their hashes (CSP Level 3).
"""

import base64
import hashlib
import pathlib
import re
import sys

DELIMITER = "ptkl"
PIECE = 8000  # not every compiler takes one long literal; adjacent ones are joined


def hash_of(page: str, tag: str) -> str:
    found = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    if len(found) != 1:
        sys.exit(f"expected one <{tag}> without attributes, and found {len(found)}")
    digest = hashlib.sha256(found[0].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy_of(page: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hash_of(page, 'script')}",
            f"style-src {hash_of(page, 'style')}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def literal(text: str) -> str:
    if f"){DELIMITER}\"" in text:
        sys.exit("the page holds the delimiter of the literal")
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    return "\n".join(f'R"{DELIMITER}({piece}){DELIMITER}"' for piece in pieces)


def main(source: str, target: str) -> None:
    page = pathlib.Path(source).read_text(encoding="utf-8")
    name = pathlib.Path(source).stem
    pathlib.Path(target).write_text(
        '#include "server/endpoints/embedded.h"\n\n'
        "namespace ptkl::server {\n\n"
        f"Page {name}_page() {{\n  return {{\n{literal(page)},\n{literal(policy_of(page))}}};\n}}\n\n"
        "}  // namespace ptkl::server\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
