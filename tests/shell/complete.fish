# What TAB offers in fish: `fish --no-config complete.fish PROGRAM LINE…` prints, for each line, the words that completion adds.
$argv[1] init fish | source
for line in $argv[2..]
    echo $line: (complete -C $line | string replace -r '\t.*' '')
end
