"""What the files in deploy/ name exists: paths, verbs, settings. They are not run here."""

import configparser
import json
import re
import tomllib
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import yaml

from archive import AlarmRow
from crawler.config import _VARIABLES
from crawler.report import CrawlReport
from scheduler.runner import Outcome
from scheduler.telling.letters import of_alarms, of_day
from scheduler.telling.summary import Day, source_days
from scheduler.telling.telling import Telling, Told
from scheduler.watching.metrics import Meters
from tests.builders import NOW
from tests.terminal import ROOT
from tests.test_cli import VERBS

DEPLOY = ROOT / "deploy"
UNITS = ("broadsheet.service", "broadsheet-run-due.service", "broadsheet-run-due.timer")
# What only the one or the other kind of service has.
_OWN = {
    *("type", "notifyaccess", "execstart", "execreload", "restart", "restartsec", "restartpreventexitstatus"),
    *("timeoutstartsec", "timeoutstopsec", "watchdogsec", "successexitstatus"),
}


def unit(name: str) -> configparser.ConfigParser:
    """A unit's sections; of a key that is given twice both values, a line each."""

    class Both(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            if isinstance(value, list) and key in self:
                value = [*self[key], *value]
            super().__setitem__(key, value)

    parser = configparser.ConfigParser(interpolation=None, strict=False, dict_type=Both)
    parser.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return parser


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def dockerfile() -> list[tuple[str, str]]:
    """Instruction and arguments, a pair each."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in lines if line.strip()]


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_starts_a_verb_that_exists(name: str) -> None:
    program, verb, *rest = unit(name)["Service"]["ExecStart"].split()
    assert program == "/opt/broadsheet/bin/broadsheet"
    assert verb in VERBS
    assert rest == ["--config", "/etc/broadsheet/broadsheet.toml"]


def test_both_services_can_do_as_little() -> None:
    first, second = (dict(unit(name)["Service"]) for name in UNITS[:2])
    assert {key: value for key, value in first.items() if key not in _OWN} == {
        key: value for key, value in second.items() if key not in _OWN
    }
    for key in ("nonewprivileges", "protecthome", "privatetmp", "memorydenywriteexecute"):
        assert first[key] == "yes"
    assert first["protectsystem"] == "strict"
    assert first["systemcallfilter"] == "@system-service\n~@privileged @resources"


def test_the_daemon_says_that_it_lives_and_is_told_to_read_again() -> None:
    service = unit("broadsheet.service")["Service"]
    assert (service["Type"], service["NotifyAccess"]) == ("notify", "main")
    assert service["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert service["RestartPreventExitStatus"] == "2"
    assert service["WatchdogSec"] == "3min"


def test_a_timer_starts_the_service_of_its_name() -> None:
    timer = unit("broadsheet-run-due.timer")
    assert "Unit" not in timer["Timer"]
    assert timer["Timer"]["Persistent"] == "yes"
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.parametrize("name", [*UNITS, "Dockerfile", "Dockerfile.dockerignore", "compose.yaml"])
def test_every_variable_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"BROADSHEET_\w+", (DEPLOY / name).read_text(encoding="utf-8")))
    assert named <= set(_VARIABLES)


def test_what_is_copied_into_the_image_exists_and_is_not_ignored() -> None:
    taken = [
        source
        for verb, rest in dockerfile()
        if verb == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert [source for source in taken if not (ROOT / source).exists()] == []
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert sorted(f"!{source}" for source in taken) == sorted(one for one in ignored if one.startswith("!"))


def test_what_the_wheel_is_made_of_is_in_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    copied = {part for verb, rest in dockerfile() if verb == "COPY" for part in rest.split()[:-1]}
    needed = {Path(one).parts[1] for one in project["tool"]["hatch"]["build"]["include"]} - {"fixtures"}
    assert needed <= copied
    (install,) = [rest for verb, rest in dockerfile() if verb == "RUN" and "pip install" in rest]
    extras = re.findall(r'"\.\[([\w,]+)\]"', install)[0].split(",")
    assert set(extras) <= project["project"]["optional-dependencies"].keys()
    assert project["project"]["readme"] in copied
    assert set(project["project"]["license-files"]) <= copied


def test_the_image_runs_a_verb_as_somebody_without_rights() -> None:
    facts = dict(dockerfile())
    assert (facts["ENTRYPOINT"], facts["CMD"]) == ('["broadsheet"]', '["daemon"]')
    assert facts["USER"] not in ("root", "0")
    assert facts["VOLUME"] == "/archive"
    assert "/healthz" in facts["HEALTHCHECK"]


def test_no_image_names_where_it_comes_from() -> None:
    images = [rest.split()[0] for verb, rest in dockerfile() if verb == "FROM"]
    images += [service["image"] for service in compose()["services"].values()]
    assert [image for image in images if "/" in image] == []


def test_the_services_fit_together() -> None:
    composed = compose()
    services = composed["services"]
    daemon = services["broadsheet"]
    build = daemon["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    assert daemon["depends_on"].keys() <= services.keys()
    assert services["postgres"]["profiles"] == ["postgres"]
    volumes = [one.split(":")[0] for service in services.values() for one in service["volumes"]]
    assert {one for one in volumes if not one.startswith(".")} == composed["volumes"].keys()


def test_a_stop_has_more_time_than_it_needs() -> None:
    needed = 15
    assert float(unit("broadsheet.service")["Service"]["TimeoutStopSec"]) > needed
    assert float(compose()["services"]["broadsheet"]["stop_grace_period"].removesuffix("s")) > needed


def test_the_manual_names_every_measure_and_no_other() -> None:
    meters = Meters()
    meters.after(
        Outcome("tech", CrawlReport(source="tech", started_at=NOW, states={"https://news.example/1": "new"}))
    )
    manual = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(broadsheet_[a-z_]+)`", manual))
    code = (ROOT / "scheduler" / "watching" / "metrics.py").read_text(encoding="utf-8")
    looked = set(re.findall(r'Family\(\s*"(broadsheet_\w+)"', code)) | {"broadsheet_info"}
    counted = set(re.findall(r"^# TYPE (broadsheet_\w+)", meters.page([]).decode(), re.MULTILINE))
    assert told == looked | counted


def test_the_manual_of_the_webhook_shows_what_is_sent() -> None:
    manual = (ROOT / "docs" / "webhook.md").read_text(encoding="utf-8")
    alarms, summary = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", manual, re.DOTALL))
    row = AlarmRow(id=1, source="a", kind="b", subject="", cause="c", since=NOW, raised_at=NOW)
    sent = of_alarms(Telling((Told(row),)), NOW, UTC, "/srv").as_json()
    assert (alarms.keys(), alarms["raised"][0].keys()) == (sent.keys(), sent["raised"][0].keys())
    day = Day(
        since=NOW,
        until=NOW,
        sources=source_days(["a"], {}, {}, {}),
        alarms=(row,),
        used_bytes=1,
        free_bytes=1,
        root="/srv",
    )
    sent = of_day(day, NOW, NOW, UTC).as_json()
    shown = summary["summary"]
    assert (summary.keys(), shown.keys()) == (sent.keys(), sent["summary"].keys())
    for part in ("sources", "open_alarms"):
        assert shown[part][0].keys() == sent["summary"][part][0].keys()
