# fish completion of session. The program says what fits.
function __session_words
  session completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c session -a '(__session_words)'
complete -c git-session -a '(__session_words)'
