#!/bin/sh
# format.sh - clang-format would change nothing; `make format` does what it asks for.
set -eu

find scanner reportgen tests -name '*.[ch]' | sort |
    xargs clang-format --dry-run -Werror --ferror-limit=3
