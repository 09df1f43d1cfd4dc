# Sets SESSION_PROMPT to the session of the branch of a folder, `Title 1/3, 1 blocker, paused`, or to nothing. $1: the
# folder, if not the current one. Starts no program, and reads small files that session keeps; POSIX sh. This text must
# do without single quotes and backslashes, because fish gives it to sh as one word.
session_prompt() {
  SESSION_PROMPT=
  _session_git=${GIT_DIR:-}
  if [ -z "$_session_git" ]; then
    _session_git=${1:-$PWD}
    until [ -e "$_session_git/.git" ]; do
      case $_session_git in
        */*) _session_git=${_session_git%/*} ;;
        *) return 0 ;;
      esac
    done
    _session_git=$_session_git/.git
  fi
  # In a linked worktree and in a submodule, .git is a file.
  if [ -f "$_session_git" ]; then
    IFS= read -r _session_line < "$_session_git" || return 0
    _session_line=${_session_line#gitdir: }
    case $_session_line in
      /* | ?:*) _session_git=$_session_line ;;
      *) _session_git=${_session_git%/*}/$_session_line ;;
    esac
  fi
  _session_all=$_session_git/sessions
  if [ -f "$_session_git/commondir" ]; then
    IFS= read -r _session_line < "$_session_git/commondir" || return 0
    case $_session_line in
      /* | ?:*) _session_all=$_session_line/sessions ;;
      *) _session_all=$_session_git/$_session_line/sessions ;;
    esac
  fi
  { [ -d "$_session_all" ] && [ -f "$_session_git/HEAD" ]; } || return 0
  IFS= read -r _session_ref < "$_session_git/HEAD" || return 0
  case $_session_ref in
    # With reftable only git knows the branch.
    "ref: refs/heads/.invalid")
      _session_ref=$(git --git-dir="$_session_git" symbolic-ref --quiet HEAD 2> /dev/null) || return 0
      ;;
    "ref: "*) _session_ref=${_session_ref#ref: } ;;
    # A rebase or a bisect detaches HEAD, and notes the branch.
    *)
      if [ -f "$_session_git/rebase-merge/head-name" ]; then
        IFS= read -r _session_ref < "$_session_git/rebase-merge/head-name" || return 0
      elif [ -f "$_session_git/rebase-apply/head-name" ]; then
        IFS= read -r _session_ref < "$_session_git/rebase-apply/head-name" || return 0
      elif [ -f "$_session_git/BISECT_START" ]; then
        IFS= read -r _session_ref < "$_session_git/BISECT_START" || return 0
        _session_ref=refs/heads/${_session_ref#refs/heads/}
      fi
      ;;
  esac
  case $_session_ref in
    refs/heads/?*) _session_folder=${_session_ref#refs/heads/} ;;
    *) return 0 ;;
  esac
  # Branches whose names cannot be folders.
  if [ -f "$_session_all/.folders" ]; then
    while IFS="	" read -r _session_line _session_other; do
      if [ "refs/heads/$_session_line" = "$_session_ref" ]; then _session_folder=$_session_other; fi
    done < "$_session_all/.folders"
  fi
  _session_folder=$_session_all/$_session_folder
  { [ -f "$_session_folder/.prompt" ] && [ ! -e "$_session_folder/.recreated" ]; } || return 0
  {
    IFS= read -r _session_of
    IFS= read -r _session_title
    IFS= read -r _session_counts
    IFS= read -r _session_state
  } < "$_session_folder/.prompt"
  # A renamed branch, or where file names ignore case: the folder of another branch.
  [ "$_session_of" = "$_session_ref" ] || return 0
  # Somebody edited the lists, and session has not counted them yet.
  if [ "$_session_folder/objectives.md" -nt "$_session_folder/.prompt" ] ||
    [ "$_session_folder/blockers.md" -nt "$_session_folder/.prompt" ]; then _session_counts=; fi
  SESSION_PROMPT=$_session_title${_session_counts:+ $_session_counts}${_session_state:+, $_session_state}
  case $SESSION_PROMPT in
    *[[:cntrl:]]*) SESSION_PROMPT= ;;
  esac
}
