"""What MkDocs calls while it builds the site."""

from __future__ import annotations

import re

# A link to a file of the repository that is no page.
OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Name the files of the repository without linking them, because the site stands alone."""
    return OUTSIDE.sub(r"`\1`", markdown)
