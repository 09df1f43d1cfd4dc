@reader@
# Before each prompt; what the last command returned stays as it is.
_session_precmd() {
  set -- "$?"
  session_prompt
  return "$1"
}
case ";${PROMPT_COMMAND[*]:-};" in
  *_session_precmd*) ;;
  *) PROMPT_COMMAND="_session_precmd${PROMPT_COMMAND:+;$PROMPT_COMMAND}" ;;
esac
