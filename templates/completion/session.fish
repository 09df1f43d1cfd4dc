# fish completion of session, and of `git session`. The program says what fits.
function __session_words
  set -l typed (commandline -opc)
  set -l at 2
  if test "$typed[1]" = git
    set at (math (contains -i -- session $typed) + 1)
  end
  for line in (session completion words -- $typed[$at..] (commandline -ct) 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path (commandline -ct)
      case :folders
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
function __session_in_git
  contains -- session (commandline -opc)
end
complete -c session -f -a '(__session_words)'
complete -c git-session -f -a '(__session_words)'
complete -c git -n __session_in_git -f -a '(__session_words)'
complete -c git -n 'test (count (commandline -opc)) -eq 1' -f -a session -d 'Keep a memory of the work'
