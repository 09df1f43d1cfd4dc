# bash completion of session, and of `git session`. The program says what fits; nothing that it says is expanded.
_session_reply() {
  local line end="$1"
  shift
  COMPREPLY=()
  compopt +o default +o bashdefault 2>/dev/null
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default 2>/dev/null ;;
      :folders) compopt -o dirnames 2>/dev/null ;;
      *) COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")$end") ;;
    esac
  done < <(session completion words -- "$@" 2>/dev/null)
}
_session() { _session_reply '' "${COMP_WORDS[@]:1:COMP_CWORD}"; }
# Called by git's own completion, which adds no space behind a word.
_git_session() {
  local at=1
  while [[ $at -lt $COMP_CWORD && ${COMP_WORDS[at]} != session ]]; do at=$((at + 1)); done
  _session_reply ' ' "${COMP_WORDS[@]:at+1:COMP_CWORD-at}"
}
complete -F _session session git-session
