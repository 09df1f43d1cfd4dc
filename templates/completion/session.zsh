#compdef session git-session
# zsh completion of session. The program says what fits; nothing that it says is expanded.
_session() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done < <(session completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe session found; else _files; fi
}
compdef _session session git-session
