#!/bin/sh
# embed.sh - print a C file with the bytes of the named files and the table of them.
#
# usage: embed.sh FILE... > embedded_table.c
# Files of the source tree keep their path, fonts (the only absolute paths) become fonts/<name>.
# The bytes are read by the assembler (.incbin), so a megabyte of font costs no compile time.
set -eu
export LC_ALL=C

tab=$(printf '\t')

for file; do
    case $file in
    /*) name=fonts/${file##*/} ;;
    *) name=$file ;;
    esac
    case $name in
    *[!A-Za-z0-9._/@+-]*)
        echo "embed.sh: $name: only letters, digits and . _ / @ + - in the name of an embedded file" >&2
        exit 1
        ;;
    esac
    printf '%s\t%s\t%s\n' "$name" "$(wc -c < "$file")" "$file"
done | sort | awk -F "$tab" '
    BEGIN {
        print "/* Made by reportgen/embed.sh from templates/, assets/ and the fonts. Do not edit. */"
        print "#include \"embedded.h\""
        print ""
        print "extern const struct embedded embedded_files[];"
        print "extern const size_t embedded_count;"
        print ""
    }
    {
        symbol = "embedded_bytes_" NR
        printf "__asm__(\".pushsection .rodata\\n.balign 8\\n.globl %s\\n.hidden %s\\n%s:\\n", symbol, symbol, symbol
        printf ".incbin \\\"%s\\\"\\n.byte 0\\n.popsection\\n\");\n", $3
        printf "extern const unsigned char %s[];\n", symbol
        row[NR] = sprintf("    {\"%s\", %s, %d},", $1, symbol, $2)
    }
    END {
        print ""
        print "const struct embedded embedded_files[] = {"
        for (i = 1; i <= NR; i++)
            print row[i]
        print "};"
        printf "const size_t embedded_count = %d;\n", NR
    }'
