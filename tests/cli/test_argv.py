"""The command line of ``tekc run``, taken apart."""

from __future__ import annotations

import pytest

from tekc.cli.argv import Parameter, RunLine, assign, is_option, split_file, split_run
from tekc.cli.status import Usage


def parameter(name: str, *, flag: bool = False, many: bool = False, required: bool = False) -> Parameter:
    return Parameter(name, flag=flag, many=many, required=required)


DAY = parameter("day", required=True)
OUT = parameter("out_dir")
LOUD = parameter("loud", flag=True)
FILES = parameter("files", many=True)


def given(words: list[str], *parameters: Parameter) -> dict[str, list[str]]:
    return assign(RunLine("f.tek", "", {}, words), parameters)


def test_tekc_options_stand_before_the_file() -> None:
    line = split_run(["--allow", 'fs.read("a")', "--jobs=2", "--allow-needs", "--allow=env(X)", "f.tek", "--jobs", "3"])
    assert (line.file, line.task) == ("f.tek", "")
    assert line.options == {"allow": ['fs.read("a")', "env(X)"], "jobs": ["2"], "allow-needs": [""]}
    assert line.rest == ["--jobs", "3"]


@pytest.mark.parametrize(
    ("word", "file", "task"),
    [("f.tek", "f.tek", ""), ("f.tek:build", "f.tek", "build"), ("a:b/f.tek", "a:b/f.tek", ""), (":x", ":x", ""), ("./f:go", "./f", "go")],
)
def test_a_task_stands_behind_the_last_colon(word: str, file: str, task: str) -> None:
    assert split_file(word) == (file, task)


def test_options_behind_the_file_are_parameters_first() -> None:
    line = RunLine("f.tek", "", {}, ["--jobs", "3", "--json"])
    assert assign(line, [parameter("jobs")]) == {"jobs": ["3"]}
    assert line.options == {"json": [""]}


def test_both_spellings_and_both_forms_are_the_same() -> None:
    for words in (["--out-dir", "x"], ["--out_dir", "x"], ["--out-dir=x"], ["--out_dir=x"]):
        assert given(words, OUT) == {"out_dir": ["x"]}


def test_a_value_may_begin_with_a_dash_and_be_empty() -> None:
    assert given(["--out-dir", "-5"], OUT) == {"out_dir": ["-5"]}
    assert given(["--out-dir="], OUT) == {"out_dir": [""]}
    assert given(["--out-dir=a=b"], OUT) == {"out_dir": ["a=b"]}


def test_flags_have_two_names() -> None:
    assert given(["--loud"], LOUD) == {"loud": ["true"]}
    assert given(["--no-loud"], LOUD) == {"loud": ["false"]}
    assert given(["--loud=false"], LOUD) == {"loud": ["false"]}


def test_a_parameter_that_begins_with_no_is_itself() -> None:
    assert given(["--no-loud", "1"], LOUD, parameter("no_loud")) == {"no_loud": ["1"]}


def test_lists_repeat_their_option() -> None:
    assert given(["--files", "a", "--files=b"], FILES) == {"files": ["a", "b"]}


def test_positional_words_fill_required_parameters_in_order() -> None:
    other = parameter("count", required=True)
    assert given(["a", "-3"], DAY, OUT, other) == {"day": ["a"], "count": ["-3"]}
    assert given(["--count", "1", "a"], DAY, OUT, other) == {"day": ["a"], "count": ["1"]}


def test_what_follows_two_dashes_is_positional() -> None:
    assert given(["--", "--loud"], DAY, LOUD) == {"day": ["--loud"]}


def test_a_required_list_takes_what_the_others_leave() -> None:
    files = parameter("files", many=True, required=True)
    assert given(["a", "b", "c"], files, DAY) == {"files": ["a", "b"], "day": ["c"]}
    assert given(["a", "b", "c"], DAY, files) == {"day": ["a"], "files": ["b", "c"]}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--dya", "x"], "did you mean `--day`?"),
        (["--jsn"], "did you mean `--json`?"),
        (["--out-dir"], "needs a value"),
        (["--day", "a", "--day", "b"], "is given twice"),
        (["a", "b"], "`b` is too many"),
        (["--no-loud=1"], "takes no value"),
        (["-x"], "`--`"),
        (["--watch"], "is not in this version"),
        (["--trace", "f"], "is not in this version"),
    ],
)
def test_a_mistake_is_answered_with_what_would_be_right(words: list[str], part: str) -> None:
    with pytest.raises(Usage) as caught:
        given(words, DAY, OUT, LOUD)
    assert part in " ".join([caught.value.message, *caught.value.hints])


@pytest.mark.parametrize(("words", "part"), [([], "which file?"), (["--jobs"], "needs a value"), (["--alow", "x", "f"], "`--allow`")])
def test_a_mistake_before_the_file_is_answered_too(words: list[str], part: str) -> None:
    with pytest.raises(Usage) as caught:
        split_run(words)
    assert part in " ".join([caught.value.message, *caught.value.hints])


def test_help_needs_no_file_and_no_arguments() -> None:
    assert split_run(["--help"]).file == ""
    line = RunLine("f.tek", "", {}, ["--help"])
    assert assign(line, [DAY]) == {}
    assert "help" in line.options


@pytest.mark.parametrize(("word", "option"), [("-", False), ("-1", False), ("-.5", False), ("-x", True), ("--", True), ("", False)])
def test_negative_numbers_and_a_lone_dash_are_no_options(word: str, option: bool) -> None:
    assert is_option(word) is option
