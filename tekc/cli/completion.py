"""``tekc completion SHELL``: a script for the shell that asks ``tekc __complete`` while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tekc.cli.console import out
from tekc.cli.status import DONE, Usage
from tekc.diagnostics.suggest import closest

if TYPE_CHECKING:
    from tekc.cli.commands import Line

_BASH = r"""# tekc completion for bash: put `source <(tekc completion bash)` into ~/.bashrc
_tekc() {
    local cur words=() text IFS=$'\n'
    # ":" and "=" break words in bash; they are parts of FILE:TASK and --x=y here.
    local line="${COMP_LINE:0:$COMP_POINT}"
    IFS=$' \t\n' read -r -a words <<< "$line"
    [[ "$line" == *[[:space:]] ]] && words+=("")
    cur="${words[-1]}"
    COMPREPLY=()
    while IFS= read -r text; do
        text="${text%%$'\t'*}"
        if [[ "$text" == ":files" ]]; then
            compopt -o filenames 2> /dev/null
            while IFS= read -r text; do COMPREPLY+=("$text"); done < <(compgen -f -- "$cur")
        else
            COMPREPLY+=("$text")
        fi
    done < <("${words[0]}" __complete "${words[@]:1}" 2> /dev/null)
    if [[ "$cur" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
        local head="${cur%"${cur##*:}"}" i
        for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"$head"}"; done
    fi
}
complete -F _tekc tekc
"""

_ZSH = r"""#compdef tekc
# tekc completion for zsh: put `source <(tekc completion zsh)` into ~/.zshrc, behind compinit
_tekc() {
    local -a found
    local text files=0
    while IFS= read -r text; do
        if [[ "$text" == ":files" ]]; then
            files=1
        else
            local name="${text%%$'\t'*}" about=""
            [[ "$text" == *$'\t'* ]] && about="${text#*$'\t'}"
            found+=("${name//:/\\:}${about:+:$about}")
        fi
    done < <("${words[1]}" __complete "${(@)words[2,$CURRENT]}" 2> /dev/null)
    (( ${#found} )) && _describe 'tekc' found
    (( files )) && _files
}
compdef _tekc tekc
"""

_FISH = r"""# tekc completion for fish: save as ~/.config/fish/completions/tekc.fish
function __tekc_complete
    set -l words (commandline -opc) (commandline -ct)
    for text in ($words[1] __complete $words[2..-1] 2> /dev/null)
        if test "$text" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $text
        end
    end
end
complete -c tekc -f -a '(__tekc_complete)'
"""

_SHELLS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


def completion(line: Line) -> int:
    """Print the script of a shell."""
    shell = line.words[0]
    if shell not in _SHELLS:
        near = closest(shell, _SHELLS)
        raise Usage(f"there is no completion for `{shell}`", f"did you mean `{near}`?" if near else "bash, zsh and fish are there")
    out(_SHELLS[shell])
    return DONE
