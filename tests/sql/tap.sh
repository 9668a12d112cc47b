# tap.sh: results of a test in bash, in the Test Anything Protocol. Sourced.
# shellcheck shell=bash
n=0

result() {
    n=$((n + 1))
    [[ $1 == 0 ]] && echo "ok $n - $2" || echo "not ok $n - $2"
}

is() { # HAVE WANT TEXT
    [[ $1 == "$2" ]]
    result $? "$3"
    [[ $1 == "$2" ]] || diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") | head -n 40 | cut -c 1-300 | sed 's/^</#   have:/; s/^>/#   want:/'
}

has() { # TEXT PART NAME
    [[ $1 == *"$2"* ]]
    result $? "$3"
    [[ $1 == *"$2"* ]] || printf '#   have: %s\n#   want: ...%s...\n' "$1" "$2"
}

hasnt() { # TEXT PART NAME
    [[ $1 != *"$2"* ]]
    result $? "$3"
    [[ $1 != *"$2"* ]] || printf '#   have: %s\n#   and not: ...%s...\n' "$1" "$2"
}

done_testing() {
    echo "1..$n"
}
