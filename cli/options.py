"""Options that several verbs take, and how a verb takes many of them as one record."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings [default: broadsheet.toml in this folder]."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Url = Annotated[str, typer.Option("--url", metavar="URL", help="Where the page was saved from.")]

Verb = TypeVar("Verb", bound=Callable[..., int])


def gathered(name: str, record: type[Any]) -> Callable[[Verb], Verb]:
    """Lets a verb take the fields of a dataclass, which are options, as its one parameter `name`."""

    def decorate(verb: Verb) -> Verb:
        options = get_type_hints(record, include_extras=True)
        own = inspect.signature(verb).parameters
        default = {one.name: one.default for one in fields(record)}

        def run(**values: Any) -> int:
            kept = {option: values.pop(option) for option in options}
            return verb(**values, **{name: record(**kept)})

        gathered = [
            inspect.Parameter(
                option, inspect.Parameter.KEYWORD_ONLY, default=default[option], annotation=hint
            )
            for option, hint in options.items()
        ]
        rest = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own.values() if one.name != name]
        run.__signature__ = inspect.Signature([*rest, *gathered])  # type: ignore[attr-defined]
        run.__annotations__ = {**get_type_hints(verb, include_extras=True), **options}
        run.__annotations__.pop(name)
        run.__name__, run.__doc__ = verb.__name__, verb.__doc__
        return run  # type: ignore[return-value]

    return decorate
