# The session of a folder's branch, on one line: sh prompt.sh [folder] [character]. The character is doubled in the line,
# for programs to which it means something: # for tmux, % for zsh.
@reader@
session_prompt "${1:-}"
if [ -n "${2:-}" ]; then
  _session_line=$SESSION_PROMPT SESSION_PROMPT=
  while :; do
    case $_session_line in
      *"$2"*) SESSION_PROMPT=$SESSION_PROMPT${_session_line%%"$2"*}$2$2 _session_line=${_session_line#*"$2"} ;;
      *) break ;;
    esac
  done
  SESSION_PROMPT=$SESSION_PROMPT$_session_line
fi
[ -z "$SESSION_PROMPT" ] || printf '%s\n' "$SESSION_PROMPT"
