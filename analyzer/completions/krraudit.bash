# bash completion for krraudit
# SPDX-License-Identifier: GPL-2.0-or-later

# The names of the rules, from the program that is being completed.
_krraudit_rules() {
    "${COMP_WORDS[0]}" --list-rules 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_krraudit_options='--policy --trust-anchor --vocabulary --window --only --skip --format --output
    --evidence --known --max-negotiations --fail-on --quiet --no-progress --tls-keys --decode-as --preference --capture-filter
    --no-sieve --no-sandbox --jobs --session-frames --draft-policy --list-rules --explain --version --help'

# Completes the last of several names with commas between them.
_krraudit_list() {
    local names=$1 current=$2 before=
    [[ $current == *,* ]] && before=${current%,*},
    COMPREPLY=($(compgen -P "$before" -W "$names" -- "${current##*,}"))
    compopt -o nospace
}

_krraudit() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    # "--format=js" comes as three words.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $previous in
        -f | --format) COMPREPLY=($(compgen -W 'text json html csv ndjson' -- "$current")) ;;
        --fail-on) COMPREPLY=($(compgen -W 'note warning error never' -- "$current")) ;;
        --only | --skip) _krraudit_list "$(_krraudit_rules)" "$current" ;;
        --explain) COMPREPLY=($(compgen -W "$(_krraudit_rules)" -- "$current")) ;;
        --window | --max-negotiations | -j | --jobs | --session-frames | --decode-as | --preference | --capture-filter) ;;
        *)
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "$_krraudit_options" -- "$current"))
            else
                compopt -o filenames
                COMPREPLY=($(compgen -f -- "$current"))
            fi
            ;;
    esac
}

complete -F _krraudit krraudit
