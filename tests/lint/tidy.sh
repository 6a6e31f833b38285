#!/bin/sh
# tidy.sh - clang-tidy over all C files; .clang-tidy says which checks, and why not the others.
#
# The Makefile does it, so that only what changed since it was last found good is looked at again.
set -eu

unset MAKEFLAGS MFLAGS
exec "${MAKE:-make}" -s --no-print-directory -k -j2 VARIANT=release tidy
