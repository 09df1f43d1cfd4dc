# bash completion of session, and of `git session`. The program says what fits; nothing that it says is expanded.
_session_reply() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")")
  done < <(session completion words -- "$@" 2>/dev/null)
}
_session() { _session_reply "${COMP_WORDS[@]:1:COMP_CWORD}"; }
# Called by git's own completion.
_git_session() { _session_reply "${words[@]:2:cword-1}"; }
complete -o default -F _session session git-session
