# fish completion for krraudit
# SPDX-License-Identifier: GPL-2.0-or-later

# The names and the summaries of the rules, from the program itself.
function __krraudit_rules
    krraudit --list-rules 2>/dev/null | awk 'NR > 1 { print $1 "\t" $2 }'
end

complete -c krraudit -s p -l policy -r -F -d 'Who may use which KMS'
complete -c krraudit -s a -l trust-anchor -r -F -d 'Certificates that signers must chain to'
complete -c krraudit -l vocabulary -r -F -d 'KRR element names of a deployment'
complete -c krraudit -l window -x -d 'Seconds from an answer to the next attempt, at most'
complete -c krraudit -l only -x -a '(__fish_complete_list , __krraudit_rules)' -d 'Judge these rules alone'
complete -c krraudit -l skip -x -a '(__fish_complete_list , __krraudit_rules)' -d 'Do not judge these rules'
complete -c krraudit -s f -l format -x -a 'text json html csv ndjson' -d 'Form of the report'
complete -c krraudit -s o -l output -r -F -d 'Write the report there'
complete -c krraudit -l evidence -r -F -d 'Write the frames that prove the findings there'
complete -c krraudit -l known -r -F -d 'An earlier JSON report: what it has found is known'
complete -c krraudit -l max-negotiations -x -d 'Draw so many in full'
complete -c krraudit -l fail-on -x -a 'note warning error never' -d 'Least severity that gives exit status 1'
complete -c krraudit -l quiet -d 'Only the exit status and errors'
complete -c krraudit -l no-progress -d 'Show no progress'
complete -c krraudit -l tls-keys -r -F -d 'NSS key log'
complete -c krraudit -l decode-as -x -d 'As -d of tshark'
complete -c krraudit -l preference -x -d 'As -o of tshark'
complete -c krraudit -l capture-filter -x -d 'libpcap filter'
complete -c krraudit -l no-sieve -d 'Dissect every frame'
complete -c krraudit -l no-sandbox -d 'Let the reading process do what you may do'
complete -c krraudit -s j -l jobs -x -d 'Captures that are read at a time'
complete -c krraudit -l session-frames -x -d 'Let Wireshark forget after so many frames'
complete -c krraudit -l list-rules -d 'Print all rules and exit'
complete -c krraudit -l explain -x -a '(__krraudit_rules)' -d 'Print what a rule means'
complete -c krraudit -l draft-policy -d 'Write a policy file from what is seen'
complete -c krraudit -l version -d 'Print the versions and exit'
complete -c krraudit -s h -l help -d 'Show the options'
