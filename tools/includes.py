"""The #include lines of the project's files, for check_layers and lint."""

import re
from pathlib import Path

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def read_includes(file):
    """The headers that `file` names: (own ones, in quotes), (others, in angle brackets)."""
    found = _INCLUDE.findall(Path(file).read_text(encoding="utf-8"))
    own = [name for mark, name in found if mark == '"']
    other = [name for mark, name in found if mark == "<"]
    return own, other
