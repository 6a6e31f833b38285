/* text.h - outside names in commands, Terraform and JSON that people paste.
 *
 * A form is our own text with two kinds of gaps:
 *   {}        the next value, quoted for the language
 *   <A-NAME>  a blank that a person fills in: letters, digits and hyphens in capitals. It stays as
 *             it is (quoted, in a shell: "<" redirects there) and is listed.
 * Values never make blanks, whatever they are called. */
#ifndef FIXES_TEXT_H
#define FIXES_TEXT_H

#include <stdarg.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"

enum fix_language {
    FIX_PLAIN, /* steps in words: nothing is quoted */
    FIX_SHELL, /* POSIX sh; also safe in bash, zsh, dash */
    FIX_HCL,   /* Terraform; {} is a whole string with its quotes */
};

struct fix_filled {
    const char *text;   /* NULL: a value cannot be given safely */
    const char *blanks; /* "<CODE-1> <CODE-2>", each once; "" */
};

/* In the arena. Values are const char *, as many as the form has {}. */
struct fix_filled fix_fill(struct arena *arena, enum fix_language language, const char *form,
                           va_list values);

/* Can it be written down so that what is seen is what is run? Not what is no UTF-8 or holds
 * characters that do not show (text_is_unsafe(): a line end too), and nothing that the AWS CLI
 * would take for the name of a file to read: file://, fileb://, and of its version 1 http(s)://. */
bool fix_is_plain(const char *value);

/* Indented JSON in which characters that do not show are escapes; NULL when it has more than `most`
 * bytes. Same tree, same bytes. */
const char *fix_json(struct arena *arena, const cJSON *tree, size_t most);

#endif
