# Where a hook is: the repository, the branch and its session. POSIX sh: built-ins and file tests; nothing here may make
# git fail. Kept apart from session.sh, because commits outside of sessions pay for reading it.
LC_ALL=C

# Sets gitdir, common and head. Returns 1 where there are no sessions.
find_sessions() {
  gitdir=${GIT_DIR:-.git}
  common=$gitdir
  if [ -f "$gitdir/commondir" ]; then
    IFS= read -r common < "$gitdir/commondir"
    case $common in
      /* | ?:*) ;;
      *) common=$gitdir/$common ;;
    esac
  fi
  [ -d "$common/sessions" ] || return 1
  # git shares the repository with a group.
  [ ! -g "$common/sessions" ] || umask 002
  IFS= read -r head < "$gitdir/HEAD" || return 1
  # With reftable the file says nothing.
  [ "$head" != 'ref: refs/heads/.invalid' ] || head="ref: $(git symbolic-ref --quiet HEAD)"
  head=${head#ref: }
  # An editor is open in this worktree.
  editing=$common/sessions/.hooks/editing-${gitdir##*/}
}

# Sets dir, the folder of the session of a full ref. Returns 1 where it has none, where the branch was made anew, or where
# something else than a file stands in it: a FIFO would make git wait.
find_session() {
  case $1 in
    refs/heads/?*) branch=${1#refs/heads/} ;;
    *) return 1 ;;
  esac
  dir=$common/sessions/$branch
  case $branch in
    *[\"%\<\>\|]*) find_folder || return 1 ;;
    *) [ -f "$dir/.ref" ] || find_folder || return 1 ;;
  esac
  # Where file names ignore case, the folder may be another branch's.
  IFS= read -r ref < "$dir/.ref" && [ "$ref" = "$1" ] && [ ! -e "$dir/.recreated" ] || return 1
  for file in "$dir"/.[a-z]*; do
    { [ -f "$file" ] && [ ! -L "$file" ]; } || [ -d "$file" ] || return 1
  done
}

# The folder of a branch whose own name cannot be one.
find_folder() {
  [ -f "$common/sessions/.folders" ] || return 1
  while IFS='	' read -r name folder; do
    [ "$name" = "$branch" ] || continue
    dir=$common/sessions/$folder
    [ -f "$dir/.ref" ]
    return
  done < "$common/sessions/.folders"
  return 1
}

# Takes away what `arm` put there; where another tool calls ours, it stands for good.
disarm() {
  case $0 in
    */sessions/.hooks/* | *.legacy) ;;
    *) [ -e "$before" ] || [ -L "$before" ] || rm -f "$0" ;;
  esac
}
