"""Settings from configuration files and the command line, by jsonargparse."""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NoReturn

import yaml
from jsonargparse import ArgumentParser, DefaultHelpFormatter, Namespace

from centernet_ros.models import CheckpointError
from centernet_ros.models.description import read_description
from centernet_ros.models.spec import ModelSpec, Task
from centernet_ros.weights.store import find_weights
from training.augmentation.options import AUTHORS_AUGMENTATION
from training.engine.init_weights import describe_spec
from training.engine.settings import Settings

# What jsonargparse says of a value of another type.
VALUE_ERROR = re.compile(
    r"Parser key \"([\w.]+)\": Expected an? (?:<class '(\w+)'>|typing\.(.+?))\. Got value: (.*)"
)
# ... of a value that may be of several.
UNION_ERROR = re.compile(
    r"Parser key \"([\w.]+)\": Does not validate against any of the Union subtypes "
    r"Subtypes: \[(.+?)\] Errors: .* Given value: (.*)"
)
# Fields of the input that go with its "resize".
RESIZING = ("input.pad", "input.dynamic")
CONFIGURATIONS = Path(__file__).parents[2] / "config/training"


class HelpFormatter(DefaultHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Shows every setting with its default, below a description whose lines are kept."""


class SettingsParser(ArgumentParser):
    """A parser whose every error is one line that names the nearest known setting.

    Attributes:
        of_weights: options that count where the command line does not say otherwise.
    """

    of_weights: Sequence[str] = ()

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None
    ) -> Namespace:
        """Parse a command line, in which --set NAME=VALUE is --NAME=VALUE."""
        words = sys.argv[1:] if args is None else args
        return super().parse_args([*self.of_weights, *expand_set(words)])

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Print one line, and leave with status 2."""
        text = " ".join(str(message).split())
        print(f"{self.prog}: {simplify(text)}{self._suggest(text)}", file=sys.stderr)
        sys.exit(2)

    def _suggest(self, text: str) -> str:
        """What may have been meant by a name that is not known."""
        unknown = find_unknown_name(text)
        known = [
            option.lstrip("-") for action in self._actions for option in action.option_strings
        ]
        near = difflib.get_close_matches(unknown, known, 1) if unknown else []
        return f"; did you mean {near[0]}?" if near else ""


def make_settings_parser(description: str | None = None) -> SettingsParser:
    """A parser without options so far.

    Args:
        description: of the command.
    """
    return SettingsParser(
        prog=Path(sys.argv[0]).name,
        description=description,
        formatter_class=HelpFormatter,
        allow_abbrev=False,
    )


def expand_set(words: Sequence[str]) -> list[str]:
    """A command line with --NAME=VALUE for each NAME=VALUE behind --set."""
    expanded: list[str] = []
    inside = False
    for word in words:
        if word.startswith("--"):
            inside = word == "--set"
        if not inside:
            expanded.append(word)
        elif word != "--set":
            expanded.append(f"--{word}")
    return expanded


def simplify(text: str) -> str:
    """An error of jsonargparse about a value, in this package's words."""
    text = re.sub(r"Problem in default config file '(.*?)'", r"\1", text)
    text = VALUE_ERROR.sub(
        lambda match: f"{match[1]} {match[4]}, expected {name_type(match[2] or match[3])}", text
    )
    return UNION_ERROR.sub(
        lambda match: f"{match[1]} {match[3]}, expected {name_types(match[2])}", text
    )


def name_type(name: str) -> str:
    """A type, such as "Literal['random', 'shift']", as a person would write its values."""
    values = re.findall(r"'([^']*)'", name)
    if name.startswith("Literal") and values:
        return f"one of: {', '.join(values)}"
    return {"tuple": "a list such as [1, 2]"}.get(name, name)


def name_types(types: str) -> str:
    """The types of a union, as in "[<class 'int'>, typing.Literal['auto']]", in words."""
    found = re.findall(r"<class '(\w+)'>|'(\w+)'", types)
    return " or ".join((name or value).replace("NoneType", "null") for name, value in found)


def find_unknown_name(text: str) -> str | None:
    """The name of the setting that an error of jsonargparse says is not known."""
    nested = re.search(r"Group '([\w.]+)' does not accept option '([\w.]+)'", text)
    if nested:
        return f"{nested[1]}.{nested[2]}"
    single = re.search(
        r"Option '([\w.]+)' is not accepted|unrecognized arguments: --([\w.]+)", text
    )
    return (single[1] or single[2]) if single else None


def find_configuration(name: str) -> Path:
    """A configuration file by its path, or by its name among those of config/training.

    Raises:
        ValueError: there is none.
    """
    for path in (Path(name), CONFIGURATIONS / f"{name}.yaml"):
        if path.is_file():
            return path
    names = sorted(path.stem for path in CONFIGURATIONS.glob("*.yaml"))
    near = difflib.get_close_matches(name, names, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(
        f"--config {name}: no such file, expected a path or one of: {', '.join(names)}{meant}"
    )


def add_settings(
    parser: SettingsParser,
    configuration: str,
    task: Task | None,
    arguments: Sequence[str] | None = None,
) -> None:
    """Add --config and an option for every setting, with the configuration's values as defaults.

    What it does not say of the network is as the weights to start from know it. Weights that the
    command line names know better than a configuration that it does not name.

    Args:
        parser: of a command.
        configuration: name of the default configuration.
        task: of the network; None for a network for several, which have settings of their own.
        arguments: of the command line, this process's own if None.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser.add_argument(
        "--config",
        default=configuration,
        help="configuration file, or name of one of config/training",
    )
    parser.add_argument(
        "--set", nargs="+", metavar="NAME=VALUE", help="settings, each as --NAME=VALUE would be"
    )
    parser.add_class_arguments(Settings, skip={"tasks"} if task else set())
    if task:
        parser.set_defaults({"augmentation": asdict(AUTHORS_AUGMENTATION[task])})
    else:
        parser.set_defaults({"tasks.ddd.augmentation": asdict(AUTHORS_AUGMENTATION["ddd"])})
    try:
        path = find_configuration(find_option(words, "--config") or configuration)
    except ValueError as error:
        parser.error(str(error))
    values = read_values(path)
    named = find_option(words, "--init_weights")
    start = named or values.get("init_weights")
    if isinstance(start, str):
        learned = describe_weights(start, task)
        if named and not find_option(words, "--config"):
            parser.of_weights = [
                f"--{name}={value if isinstance(value, str) else json.dumps(value)}"
                for name, value in learned.items()
            ]
        elif "resize" in str(values.get("input")):
            # These two say how that resizing is done, and may not go with another.
            learned = {k: v for k, v in learned.items() if k not in RESIZING}
        parser.set_defaults(learned)
    parser.default_config_files = [str(path)]
    try:
        parser.get_defaults()
    except (argparse.ArgumentError, TypeError, ValueError) as error:
        text = str(error)
        parser.error(text if str(path) in text else f"{path}: {text}")


def read_values(configuration: Path) -> dict[str, Any]:
    """What a configuration file says; what is wrong in it is said later."""
    try:
        values = yaml.safe_load(configuration.read_text())
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return values if isinstance(values, dict) else {}


def describe_weights(name: str, task: Task | None) -> dict[str, object]:
    """Settings that a checkpoint of this package was learned with.

    Args:
        name: of a file or of a published model.
        task: to learn; the heads of weights for another say nothing about it.

    Returns:
        setting -> value; nothing for weights of others, or if there are none, which is said later.
    """
    try:
        spec = read_description(find_weights(name))
    except CheckpointError:
        return {}
    if spec is None:
        return {}
    learned = {"head_conv": spec.head_conv, **describe_spec(spec)}
    if task and task in spec.tasks:
        learned["heads"] = choose_heads(spec.tasks[task])
    return learned


def choose_heads(spec: ModelSpec) -> dict[str, int]:
    """The heads of a network as the setting has them, for any number of classes."""
    heads = {name: channels for name, channels in spec.heads.items() if name != "hm"}
    return heads | ({"wh": 2} if "wh" in heads else {})


def find_option(words: Sequence[str], option: str) -> str | None:
    """The value of an option on a command line that is not parsed yet; the last one counts."""
    value = None
    for i, word in enumerate(words):
        if word == option and i + 1 < len(words):
            value = words[i + 1]
        elif word.startswith(f"{option}="):
            value = word.partition("=")[2]
    return value


def build_settings(parser: SettingsParser, arguments: Namespace) -> Settings:
    """The settings among parsed arguments.

    Raises:
        ValueError: values that are impossible or do not go together.
    """
    built = parser.instantiate(arguments)
    return Settings(**{f.name: built[f.name] for f in fields(Settings) if f.name in built})


def read_settings(
    configuration: str, changes: Sequence[str] = (), task: Task | None = "ctdet"
) -> Settings:
    """A configuration with changes as on the command line.

    Args:
        configuration: path or name.
        changes: such as "--learning_rate", "5e-4".
        task: of the network; None for a network for several.

    Raises:
        ValueError: values that are impossible or do not go together.
        SystemExit: there is no such file, or a field is unknown or of another type; it was said.
    """
    parser = make_settings_parser()
    words = ["--config", configuration, *changes]
    add_settings(parser, configuration, task, words)
    return build_settings(parser, parser.parse_args(words))
