"""The system's Chromium: where it lies, and how it is started so that nothing of it outlives the crawl."""

import contextlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from crawler.config import ConfigError
from crawler.source import Source

# The headless shell is Chromium less its windows: it starts in a third of the time.
_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Of the user's environment the browser gets these: no proxy, no key, no folder of theirs.
_PASSED_ON = ("PATH", "LANG", "LC_ALL")

# The browser's own process group has a watcher in it that reads a FIFO whose other end only the crawl holds. Once that
# end is closed, on purpose or because the crawl was killed, the whole group is. Opened for both first: a crawl that
# is gone by then would let the opening wait for ever. Playwright speaks to the browser on 3 and 4.
_SCRIPT = """\
#!/bin/sh
exec 9<>{fifo} 8<{fifo} 9>&-
(read -r _ <&8; rm -rf {folder}; kill -s KILL 0) </dev/null >/dev/null 2>&1 3>&- 4>&- &
exec 8<&-
exec {browser} "$@"
"""


def require_browser(source: Source, browser: Path | None, environ: Mapping[str, str] = os.environ) -> None:
    """Raises ConfigError where the source's pages are to be rendered and can't be."""
    if not source.render:
        return
    if find_spec("scrapy_playwright") is None:
        raise ConfigError(
            f"{source.name}: render = true needs scrapy-playwright; install it with: pip install 'broadsheet[render]'"
        )
    if find_browser(browser, environ) is None:
        where = f"{browser} is no program" if browser else "there is none on PATH"
        raise ConfigError(
            f"{source.name}: render = true needs Chromium, and {where}; install it (Debian, Ubuntu: apt-get install"
            ' chromium; macOS: brew install --cask chromium) or name one: browser = "…" in broadsheet.toml'
        )


def find_browser(browser: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The Chromium that is used: the one a setting names, else the first that is installed."""
    for name in [str(browser)] if browser else _NAMES:
        found = shutil.which(name, path=environ.get("PATH", os.defpath))
        if found:
            return Path(found)
    return None


class Leash:
    """What ties a browser to this process. `program` starts it; `cut` kills it with all its processes."""

    def __init__(self, folder: Path, held: int) -> None:
        self._folder = folder
        self._held: int | None = held

    @classmethod
    def on(cls, browser: Path) -> Self:
        folder = Path(tempfile.mkdtemp(prefix="broadsheet-browser-"))
        fifo = folder / "held"
        os.mkfifo(fifo, 0o600)
        leash = cls(folder, os.open(fifo, os.O_RDWR))  # no reader is waited for
        quoted = {"fifo": fifo, "folder": folder, "browser": browser}
        text = _SCRIPT.format_map({key: shlex.quote(str(path)) for key, path in quoted.items()})
        leash.program.write_text(text, encoding="utf-8")
        leash.program.chmod(0o700)
        return leash

    @property
    def program(self) -> Path:
        return self._folder / "browser"

    def environ(self, environ: Mapping[str, str] = os.environ) -> dict[str, str | float | bool]:
        """The environment of the browser; what it keeps for its user goes with the leash."""
        passed_on = {name: environ[name] for name in _PASSED_ON if name in environ}
        return {**passed_on, "HOME": str(self._folder), "TMPDIR": str(self._folder)}

    def cut(self) -> None:
        """Kills the browser, once; nothing where it is gone already."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def clear(self) -> None:
        """Takes away what the watcher may not have come to, as after a browser that never started."""
        self.cut()
        with contextlib.suppress(OSError):
            shutil.rmtree(self._folder)
