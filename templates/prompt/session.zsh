@reader@
# Before each prompt. Percent signs mean something in a prompt of zsh.
_session_precmd() {
  emulate -L zsh
  session_prompt
  SESSION_PROMPT=${SESSION_PROMPT//\%/%%}
}
setopt prompt_subst
autoload -Uz add-zsh-hook
add-zsh-hook precmd _session_precmd
