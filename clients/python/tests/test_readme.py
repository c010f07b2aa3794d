"""The first example of the README, as it stands there, against the real server."""

from __future__ import annotations

import contextlib
import io
import re
import unittest
from pathlib import Path

from .server import Server

_README = Path(__file__).resolve().parents[1] / "README.md"


class Quickstart(unittest.TestCase):
    def test_should_do_what_the_readme_says(self) -> None:
        found = re.search(r"## First steps\n\n```python\n(.*?)```", _README.read_text("utf-8"), re.DOTALL)
        assert found is not None
        server = Server()
        self.addCleanup(server.stop)
        example = found.group(1).replace('"127.0.0.1:5432",', "ADDRESS, known_servers=KNOWN, connect_timeout=60.0,")
        self.assertIn("ADDRESS", example)

        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(example, {"ADDRESS": server.address, "KNOWN": server.known_servers})

        self.assertIn("alice\n", printed.getvalue())
        self.assertIn("('key', 'value') [('user:1', 'anna'), ('user:2', 'bob')] 2\n", printed.getvalue())


if __name__ == "__main__":
    unittest.main()
