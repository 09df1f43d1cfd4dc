#compdef session git-session
# zsh completion of session, and of `git session`. The program says what fits; nothing that it says is expanded.
_session() {
  local -a found
  local line paths
  while IFS= read -r line; do
    case $line in
      :files) paths=files ;;
      :folders) paths=folders ;;
      *) found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done < <(session completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  case $paths in
    files) _files ;;
    folders) _files -/ ;;
    *) (( $#found )) && _describe session found ;;
  esac
}
# Called by zsh's completion of git, which has taken `git` off the words.
_git-session() { _session; }
compdef _session session git-session
