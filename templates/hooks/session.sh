# What the hooks of a commit do with its message. Read after where.sh; POSIX sh, and nothing here may make git fail.

nl='
'

# Runs the program for what is rare: a squash to fold, a rewrite to reconcile. git goes on whatever comes of it.
run_program() {
  node='' program=''
  [ ! -f "$common/sessions/.hooks/program" ] ||
    { IFS= read -r node && IFS= read -r program; } < "$common/sessions/.hooks/program"
  if [ ! -x "$node" ] || [ ! -f "$program" ]; then
    failed "$1" "the program is gone: ${program:-session}"
  elif said=$("$node" "$program" hook "$@" 2>&1 < /dev/null); then
    return 0
  else
    failed "$1" "${said:-it ended without a word}"
  fi
  return 1
}

# Warns of added lines that break a rule of the settings; whatever comes of it, the commit goes on.
check_rules() {
  node='' program=''
  { IFS= read -r node && IFS= read -r program; } < "$common/sessions/.hooks/program" || return 0
  [ ! -x "$node" ] || [ ! -f "$program" ] || "$node" "$program" hook rules < /dev/null > /dev/null 2>&3 || :
}

# Has the program change a message. It reads and writes UTF-8, whatever git's setting says of messages.
change_message() {
  if ! other_encoding; then
    run_program "$@"
    return
  fi
  what=$1 message=$2
  shift 2
  if ! iconv -f "$encoding" -t UTF-8 "$message" > "$message.utf8"; then
    failed "$what" "the message is not in $encoding, as i18n.commitEncoding says, so it is left as it is"
  elif ! run_program "$what" "$message.utf8" "$@"; then
    :
  elif iconv -f UTF-8 -t "$encoding" "$message.utf8" > "$message.session"; then
    rm -f "$message.utf8"
    mv -f "$message.session" "$message"
    return
  else
    no_place "$what"
  fi
  rm -f "$message.utf8" "$message.session"
  return 1
}

# Sets the encoding of messages. Returns 1 where it is git's own, UTF-8.
other_encoding() {
  encoding=$(git config i18n.commitEncoding) || return 1
  case $encoding in
    [Uu][Tt][Ff]8 | [Uu][Tt][Ff]-8) return 1 ;;
  esac
}

no_place() {
  failed "$1" "the record waits: $encoding (i18n.commitEncoding) has no place for one of its characters"
}

# One line for the user, on the stderr that was kept as 3, and one in the log that doctor shows.
failed() {
  why=${2%%"$nl"*}
  why=${why#error: }
  printf 'session: %s: %s\n' "$1" "$why" >&3
  [ -p "$common/sessions/.hooks/log" ] ||
    printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$why" >> "$common/sessions/.hooks/log"
}

# Puts a hook beside this one, for the commit that is being made: each that always stood there would cost every commit.
arm() {
  case $0 in
    */sessions/.hooks/*) return 0 ;;
  esac
  [ -e "${0%/*}/$1" ] || ln "$common/sessions/.hooks/$1" "${0%/*}/$1" ||
    cp -p "$common/sessions/.hooks/$1" "${0%/*}/$1"
}

# Reads a message. $2: what comments begin with, empty where there are none; $3: they stay, only the cut line counts. Sets
#   text     the message up to its last line that counts, and `below` what follows, `remarks` the comments of it
#   cut      the cut line, below which git may drop everything, and what is there
#   subject  its first line
#   place    where a block goes: `join` the last paragraph, which git reads as trailers, or `after` it; empty: no words
#   stamped  the id of the session that it has already
#   whole    its last line is ended
read_message() {
  text='' below='' remarks='' cut='' subject='' place='' stamped='' whole=1
  paragraphs=0 trailers=0 others=0 known='' folds='' words='' gap=1 lines=0
  while IFS= read -r line || { [ -n "$line" ] && whole=''; }; do
    if [ -n "$2" ]; then
      case $line in
        "$2 ------------------------ >8 ------------------------") cut=$line$nl$(cat) && break ;;
        "$2"*) [ -n "$3" ] || { below=$below$line$nl remarks=$remarks$line$nl; continue; } ;;
      esac
    fi
    case $line in
      *[![:space:]]*) ;;
      *) below=$below$line$nl gap=1; continue ;;
    esac
    text=$text$below$line$nl below='' remarks=''
    # A message this long is not typed; looking no closer keeps the time bounded.
    lines=$((lines + 1))
    [ "$lines" -lt 2000 ] || { words=1 others=9999 gap=''; continue; }
    [ -z "$gap" ] || { paragraphs=$((paragraphs + 1)) trailers=0 others=0 known='' folds='' gap=''; }
    [ -n "$subject" ] || subject=$line
    case $line in
      [[:space:]]*) [ -n "$folds" ] || others=$((others + 1)); words=1; continue ;;
      'Signed-off-by: '*) known=1 trailers=$((trailers + 1)) folds=1; continue ;;
      '(cherry picked from commit '*) known=1 trailers=$((trailers + 1)) folds=1 words=1; continue ;;
      'Session-Id: '*) stamped=${line#'Session-Id: '} ;;
    esac
    words=1
    key=${line%%:*}
    key=${key%"${key##*[![:space:]]}"}
    case $key in
      "$line" | '' | *[!A-Za-z0-9-]*) others=$((others + 1)) folds='' ;;
      *) trailers=$((trailers + 1)) folds=1 ;;
    esac
  done < "$1"
  # git takes a message of sign-offs alone for an empty one.
  [ -n "$words" ] || return 0
  place=after
  [ "$paragraphs" -gt 1 ] && [ "$trailers" -gt 0 ] || return 0
  if [ "$others" -eq 0 ] || { [ -n "$known" ] && [ $((trailers * 3)) -ge "$others" ]; }; then place='join'; fi
}

# Whether the message that was read takes the block of the session: it has words, and none of what git makes itself.
# One that comes with a block gets it renewed: it may be out of date, or hold what other commits carry. $1, $2: as `again`.
takes_block() {
  [ -n "$place" ] || return 1
  case $subject in
    'fixup! '* | 'squash! '* | 'amend! '*) return 1 ;;
  esac
  if [ -n "$stamped" ]; then
    [ -f "$dir/trailers" ] || return 1
    case $(cat "$dir/trailers") in
      *"Session-Id: $stamped"*) [ -f "$gitdir/MERGE_MSG" ] || { change_message again "$1" "$2" && carries; } ;;
    esac
    return 1
  fi
  # The branch was moved otherwise than by a commit, so what was carried may be pending again.
  if [ -e "$dir/.moved" ] || [ "$gitdir/ORIG_HEAD" -nt "$dir/trailers" ]; then run_program refresh; fi
  block=$dir/trailers
  [ ! -s "$dir/.checked" ] || still_checked || block=$dir/.trailers-earlier
  [ -s "$block" ] && has_place
}

# Whether the commit has the files that the pending checks ran on: the first line is their tree, the others are pathspecs.
still_checked() {
  checked=''
  set --
  while IFS= read -r line; do
    if [ -z "$checked" ]; then checked=$line; else set -- "$@" "$line"; fi
  done < "$dir/.checked"
  git diff-index --cached --quiet "$checked" -- "$@"
}

# Whether the message's encoding has a place for the whole block. Sets `recoded` where that is not UTF-8.
has_place() {
  recoded=''
  [ -e "$dir/.not-ascii" ] && other_encoding || return 0
  # Some programs put a mark where they have no place.
  recoded=$(iconv -f UTF-8 -t "$encoding" "$block") &&
    printf '%s\n' "$recoded" | iconv -f "$encoding" -t UTF-8 | cmp -s - "$block" && return
  no_place commit
  return 1
}

print_block() {
  if [ -n "$recoded" ]; then printf '%s\n' "$recoded"; else cat "$block"; fi
}

# Says that the commit carries what was pending, once it is made.
carries() {
  [ ! -f "$dir/.trailers-after" ] || { echo > "$dir/.carrying" && arm post-commit; }
}
