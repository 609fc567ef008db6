"""As RFC 9309 has it: https://www.rfc-editor.org/rfc/rfc9309"""

from __future__ import annotations

import pytest

from pipelines.pull.robots import Rules, read_rules

ALL = "User-agent: *\n"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/a", True),
        (ALL + "Disallow:", "/a", True),
        (ALL + "Disallow: /", "/a", False),
        (ALL + "Disallow: /b", "/a", True),
        (ALL + "Disallow: /a", "/abc", False),
        (ALL + "Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        (ALL + "Allow: /a/b\nDisallow: /a", "/a/c", False),
        (ALL + "Disallow: /a\nAllow: /a", "/a", True),
        (ALL + "Disallow: /*.pdf$", "/b/a.pdf", False),
        (ALL + "Disallow: /*.pdf$", "/b/a.pdf?x", True),
        (ALL + "Disallow: /a$", "/a", False),
        (ALL + "Disallow: /a$", "/ab", True),
        (ALL + "Disallow: /*/b/*.pdf", "/a/b/c/d.pdf", False),
        (ALL + "Disallow: /*/b/*.pdf", "/b/d.pdf", True),
        (ALL + "Disallow: /*a*a$", "/a", True),
        (ALL + "Disallow: /caf%C3%A9", "/café", False),
        (ALL + "Disallow: /a?b=", "/a?b=1", False),
        (ALL + "Disallow: /a # not this", "/a", False),
        ("\ufeffuser-AGENT : *\nDISALLOW : /a", "/a", False),
        (ALL + "Disallow: /\nUser-agent: Evidence-KB/1.0\nDisallow: /b", "/a", True),
        (ALL + "Disallow: /\nUser-agent: Evidence-KB\nDisallow: /b", "/b", False),
        ("User-agent: evidence-kb\nUser-agent: other\nDisallow: /a", "/a", False),
        ("User-agent: other\nDisallow: /a", "/a", True),
        ("Disallow: /a", "/a", True),
        ("<html>not found</html>", "/a", True),
        (ALL + "Disallow: " + "/*" * 5000, "/" * 5000, False),
    ],
)
def test_a_path_may_be_asked_for_or_not(text, path, allowed):
    assert read_rules(text, "evidence-kb").allow(path) is allowed


def test_a_delay_is_in_seconds():
    text = "User-agent: *\nCrawl-delay: 2.5\nDisallow: /b"
    assert read_rules(text, "evidence-kb") == Rules(rules=(("/b", False),), delay=2.5)
    assert read_rules(ALL + "Crawl-delay: soon", "evidence-kb").delay == 0
