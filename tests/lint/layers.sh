#!/bin/sh
# layers.sh - an include may point to its own layer or to one that its layer stands on.
#
# scanner never includes reportgen (the include path forbids it too). Inside scanner the order is
#   base < model < aws < collect < scan     base < model < policy < checks < score
#   checks < fixes: how a finding is put right; no check knows of it
#   checks < lint: files that are not deployed yet
#   config < (nobody but the top): it knows the checks by their ids
#   aws, checks < trial: what was judged, held against what AWS does
#   policy < collect: whom to ask anew depends on who is an administrator
# and files at the top of scanner/ may use all of it. reportgen's folders may include each other,
# but neither of them a command. To add a folder: a line in `below`.
set -eu

# shellcheck disable=SC2016
find scanner reportgen -name '*.[ch]' | sort | xargs awk '
    BEGIN {
        below["base"] = " base "
        below["model"] = " base model "
        below["aws"] = " base model aws "
        below["collect"] = " base model aws policy collect "
        below["policy"] = " base model policy "
        below["checks"] = " base model policy checks "
        below["fixes"] = " base model policy checks fixes "
        below["config"] = " base model policy checks config "
        below["scan"] = " base model aws collect scan "
        below["trial"] = " base model aws policy checks trial "
        below["lint"] = " base model policy checks lint "
        below["score"] = " base model policy checks score "
    }
    function complain(what) {
        printf "%s:%d: %s\n", FILENAME, FNR, what
        bad = 1
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split($0, quoted, "\"")
        to = quoted[2]
        split(FILENAME, from, "/")
        folder = (to ~ "/") ? substr(to, 1, index(to, "/") - 1) : ""
        inside = (split(FILENAME, parts, "/") > 2) ? from[2] : ""

        if (to ~ /^\.\.?\// || to ~ /\.c$/)
            complain("include \"" to "\": a header, from the include root")
        if (from[1] == "scanner" && inside != "" && !(inside in below))
            complain("scanner/" inside " has no place in the order of layers: see layers.sh")
        else if (from[1] == "scanner" && inside != "" && folder != inside && folder in below &&
                 index(below[inside], " " folder " ") == 0)
            complain(inside " must not include " folder ": " to)
        else if (from[1] == "scanner" && inside != "" && folder == "")
            complain(inside " must not include what stands above it: " to)
        if (from[1] == "scanner" && (getline line < ("scanner/" to)) < 0)
            complain("no such header in scanner/: " to)
        close("scanner/" to)
        if (to ~ /(^|\/)cmd_/)
            complain("nobody includes a command: " to)
    }
    END { exit bad }'
