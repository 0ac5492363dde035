"""Settings: where they come from, which wins, and what a wrong one says."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.config import ConfigError, Settings, duration, load_settings
from crawler.outlets import Endpoint


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path


def settings(here: Path, text: str = "", **environ: str) -> Settings:
    (here / "broadsheet.toml").write_text(text, encoding="utf-8")
    return load_settings(None, environ, here)


def test_without_any_the_archive_lies_in_the_working_folder(here: Path) -> None:
    assert load_settings(None, {}, here) == Settings(archive=here / "archive-data")


def test_the_file_in_the_working_folder_is_read(here: Path) -> None:
    text = """
        archive = "kept"
        database_url = "postgresql+psycopg://u@h/d"
        recipes = "my recipes"
        site_config = "rules"
        sources = ["huxiu", "example.org"]
        interval = "20m"
        schedule = "fixed"
        jitter = 0.2
        crawls_at_once = 3
        delay = 2
        requests_per_crawl = 50
        requests_per_day = 1000
        contact = "me@example.org"
        plain = true
        assets = true
        snapshots = false
        front_matter = ["tags"]
        allow_networks = ["10.0.0.0/8", "fd00::/8"]
        tell = ["ntfy://ntfy.sh/topic", "feishu://token"]
        webhook = "http://localhost:8080/hook"
        webhook_secret = "sixteen letters or more"
        daily_summary = "8:05"
        time_zone = "Asia/Shanghai"
        metrics = "[::1]:9464"
        log = "json"
        [intervals]
        huxiu = "1s"
    """
    assert settings(here, text) == Settings(
        archive=here / "kept",
        database_url="postgresql+psycopg://u@h/d",
        recipes=here / "my recipes",
        site_config=here / "rules",
        sources=("huxiu", "example.org"),
        interval=1200.0,
        intervals={"huxiu": 1.0},
        schedule="fixed",
        jitter=0.2,
        crawls_at_once=3,
        delay=2.0,
        requests_per_crawl=50,
        requests_per_day=1000,
        contact="me@example.org",
        plain=True,
        assets=True,
        snapshots=False,
        front_matter=("tags",),
        allow_networks=("10.0.0.0/8", "fd00::/8"),
        tell=("ntfy://ntfy.sh/topic", "feishu://token"),
        webhook="http://localhost:8080/hook",
        webhook_secret="sixteen letters or more",
        daily_summary=time(8, 5),
        time_zone=ZoneInfo("Asia/Shanghai"),
        metrics=Endpoint("::1", 9464),
        log="json",
    )


def test_the_environment_wins_over_the_file(here: Path) -> None:
    text = 'archive = "a"\ndatabase_url = "b"\nrecipes = "c"\nsources = ["d"]\ninterval = "5m"'
    environ = {
        "BROADSHEET_ARCHIVE": "kept",
        "BROADSHEET_DATABASE_URL": "sqlite://",
        "BROADSHEET_SOURCES": "mine",
        "BROADSHEET_SOURCE_NAMES": "huxiu, ithome",
        "BROADSHEET_INTERVAL": "2h",
        "BROADSHEET_TELL": "ntfy://a,b  feishu://c",
    }
    assert settings(here, text, **environ) == Settings(
        archive=here / "kept",
        database_url="sqlite://",
        recipes=here / "mine",
        sources=("huxiu", "ithome"),
        interval=7200.0,
        tell=("ntfy://a,b", "feishu://c"),
    )


def test_an_empty_variable_sets_nothing(here: Path) -> None:
    assert settings(here, 'archive = "kept"', BROADSHEET_ARCHIVE="").archive == here / "kept"


def test_a_named_file_is_read_and_its_folders_are_relative_to_it(here: Path) -> None:
    (here / "conf").mkdir()
    (here / "conf" / "my.toml").write_text('archive = "kept"', encoding="utf-8")
    assert load_settings(Path("conf/my.toml"), {}, here).archive == here / "conf" / "kept"


def test_a_source_without_an_interval_of_its_own_has_the_general_one(here: Path) -> None:
    chosen = settings(here, 'interval = "5m"\n[intervals]\nhuxiu = "10s"')
    assert (chosen.interval_of("huxiu"), chosen.interval_of("ithome")) == (10.0, 300.0)
    assert settings(here).interval_of("huxiu") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("archiv = 1", "archiv: no such setting; did you mean archive?"),
        ("zzz = 1", "zzz: no such setting; known are allow_networks, archive"),
        ("archive = 1", "archive: 1 is no text"),
        ('archive = " "', "archive: ' ' is no text"),
        ("sources = 'huxiu'", "sources: 'huxiu' is no list of source names"),
        ("sources = ['../huxiu']", "sources: ['../huxiu'] is no list of source names"),
        ("schedule = 'hourly'", "schedule: 'hourly' is none of learned and fixed"),
        ("interval = 20", "interval: 20 is no duration"),
        ("interval = '0.5s'", "interval: '0.5s' is too short"),
        ("intervals = '5m'", "intervals: '5m' is no table"),
        ("[intervals]\nhuxiu = 'soon'", "intervals: 'soon' is no duration"),
        ("crawls_at_once = 0", "crawls_at_once: 0 is no whole number"),
        ("crawls_at_once = true", "crawls_at_once: True is no whole number"),
        ("delay = -1", "delay: -1 is no number"),
        ("requests_per_crawl = 0", "requests_per_crawl: 0 is no whole number"),
        ("requests_per_day = 1.5", "requests_per_day: 1.5 is no whole number"),
        ("jitter = 1", "jitter: 1 is no number"),
        ("plain = 'yes'", "plain: 'yes' is neither true nor false"),
        ('contact = "me\\r\\nX: y"', "contact: "),
        ("front_matter = ['Tags!']", "front_matter: ['Tags!'] is no list"),
        ("front_matter = ['mood']", "front_matter: no such key as mood"),
        ("allow_networks = ['10.0.0.1/8']", "allow_networks: 10.0.0.1/8 has host bits set"),
        ("archive = ", "not valid TOML"),
        ("tell = 5", "tell: no list of at most 32 addresses"),
        ("tell = ['ntfy://a', 'b']", "tell: address 2 is no Apprise URL"),
        ("webhook = 'http://news.example/hook'", "webhook: http:// to news.example can be read on its way"),
        ("webhook = 'ftp://news.example/hook'", "webhook: no web address"),
        ("webhook = 'https://news.example:x/hook'", "webhook: no web address"),
        ("webhook_secret = 'short'", "webhook_secret: too short to keep anybody out"),
        ("daily_summary = '24:00'", "daily_summary: '24:00' is no time of day"),
        ("daily_summary = 8", "daily_summary: 8 is no time of day"),
        ("time_zone = 'Mars/Olympus'", "time_zone: 'Mars/Olympus' is no time zone"),
        ("time_zone = '../UTC'", "time_zone: '../UTC' is no time zone"),
        ("metrics = true", "metrics: True is no host and port"),
        ("metrics = ':9464'", "metrics: ':9464' is no host and port"),
        ("metrics = '127.0.0.1:99999'", "metrics: '127.0.0.1:99999' is no host and port"),
        ("log = 'xml'", "log: 'xml' is none of plain, colour, json"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_file_and_key(here: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(here, text)
    message = str(caught.value)
    assert message.startswith(f"{here / 'broadsheet.toml'}: ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "text",
    [
        "tell = ['mailto:hunter2hunter2']",
        "tell = 'mailto//user:hunter2hunter2@h'",
        "webhook = 'https://user:hunter2hunter2@h:x/'",
        "webhook = 'http://user:hunter2hunter2@news.example/'",
        "webhook_secret = 'hunter2'",
    ],
)
def test_what_is_secret_in_a_wrong_setting_is_not_said(here: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(here, text)
    assert "hunter2" not in str(caught.value)


def test_what_is_secret_is_not_shown_with_the_settings(here: Path) -> None:
    text = (
        "tell = ['ntfy://hunter2']\nwebhook = 'https://h/hunter2'\nwebhook_secret = 'hunter2hunter2hunter2'"
    )
    assert "hunter2" not in repr(settings(here, text))


def test_a_wrong_variable_is_named(here: Path) -> None:
    with pytest.raises(ConfigError, match="BROADSHEET_INTERVAL: 'often' is no duration"):
        load_settings(None, {"BROADSHEET_INTERVAL": "often"}, here)


def test_a_named_file_that_is_missing_is_an_error(here: Path) -> None:
    with pytest.raises(ConfigError, match=r"my\.toml: No such file"):
        load_settings(Path("my.toml"), {}, here)


def test_a_file_that_is_no_text_is_an_error(here: Path) -> None:
    (here / "broadsheet.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_settings(None, {}, here)


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("90s", 90), ("20m", 1200), ("1.5h", 5400), ("2 d", 172800)]
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "-1m", "1w", "1m30s", None, 5])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="no duration"):
        duration(text)


def test_a_folder_of_recipes_beside_the_settings_needs_no_setting(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "sources").mkdir(parents=True)
    (elsewhere / "b.toml").write_text("delay = 0")
    assert load_settings(None, {}, tmp_path).recipes is None
    assert load_settings(None, {}, elsewhere).recipes == elsewhere / "sources"
    assert load_settings(Path("elsewhere/b.toml"), {}, tmp_path).recipes == elsewhere / "sources"
    assert load_settings(None, {"BROADSHEET_SOURCES": "mine"}, elsewhere).recipes == elsewhere / "mine"
