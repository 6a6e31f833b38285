/* text.h - outside text: is it UTF-8, how it may be shown on a terminal, and lists of words. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"

/* Length in bytes of the well-formed UTF-8 character at s[0..len) (RFC 3629: no overlong forms,
 * no surrogates, at most U+10FFFF), its code point in *cp; 0 when it is not well-formed. */
size_t text_next(const char *s, size_t len, uint32_t *cp);
bool text_is_utf8(const char *s, size_t len);

/* Append a code point as UTF-8. */
void text_add(struct strbuf *out, uint32_t cp);

/* Characters that show nothing themselves but move the cursor, start a line, turn the reading
 * direction or make two texts look alike: control characters, bidirectional marks and overrides,
 * zero-width and tag characters. Joiners, which words of some languages need, are none. */
bool text_is_unsafe(uint32_t cp);

/* A copy that is safe on one terminal line: what text_is_unsafe() names and bytes that are not
 * UTF-8 become \xNN or \u{N}; cut after LIMIT_VALUE_SHOWN bytes with "...". */
const char *text_shown(struct arena *arena, const char *s);
/* The same appended to a buffer, not cut. */
void text_add_shown(struct strbuf *out, const char *s, size_t len);

/* The next of several words with commas between, copied to the arena, and *list moved behind it;
 * NULL at the end. Between two commas stands an empty word, behind the last one none. */
const char *text_next_word(struct arena *arena, const char **list);

/* A copy with each `word` (not empty) replaced. */
const char *text_replace(struct arena *arena, const char *text, const char *word, const char *by);

/* Comparison without regard to ASCII case; no locale. */
int text_icmp(const char *a, const char *b);

/* A copy with ASCII letters in lower case. */
char *text_lower(struct arena *arena, const char *s);

/* For qsort() and bsearch() over an array of texts: by byte value. */
int text_order(const void *a, const void *b);

#endif
