function session_prompt --description 'Print the session of this branch'
    command sh -c '@reader@
session_prompt
printf %s "$SESSION_PROMPT"'
end
