#!/bin/sh
# shell.sh - shellcheck has nothing to say about the shell scripts.
set -eu

# The commands of golden cases are fragments, given a directory by golden.sh: not scripts.
find reportgen scanner tests -name '*.sh' | sort | xargs shellcheck .ci/run
