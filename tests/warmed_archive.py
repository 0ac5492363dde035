"""What a process holds that has kept an archive: imported where others are forked from it, which compile it no more."""

import os
import tempfile
from pathlib import Path

import tests.compiled  # noqa: F401  engines share what they compiled
from archive import Archive, Found, RepairWish, backup, repair, verify
from tests.builders import LONG, NOW, article

with tempfile.TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as _folder:
    _root = Path(_folder, "archive")
    with Archive.open(_root) as _archive:
        _archive.discover([Found(article(1).url, "huxiu", "题", NOW, "feed")], NOW)
        _archive.add(article(1, body=LONG, published_at=None))
        _archive.add(article(2, body=LONG))
        _archive.add(article(3, body="提要。", read_from="feed"))
        _archive.add(article(3))
        _archive.add(article(3, body=f"{LONG}\n\n后来补充的一段。"))
        _archive.refuse(article(4).url, "huxiu", "gone", "404", NOW)
        _archive.alias({"https://www.huxiu.com/s/1": article(1).url}, NOW)
        _archive.forget(article(2).url, NOW)
        _archive.reindex()
    repair(_root, None, RepairWish(), NOW)
    backup(_root, None, Path(_folder, "copy"), NOW)
    verify(Path(_folder, "copy"))
