/* pattern.h - patterns with * and ?, over the whole text. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>

/* Does the pattern match all of `text`, byte by byte and with case? `*` stands for any run of
 * bytes, also none, and `?` for one; neither for a byte that is in `separators`. There is no
 * escape. */
bool pattern_match(const char *pattern, const char *text, const char *separators);

/* Is there a * or ? in it? */
bool pattern_has_wildcard(const char *pattern);

#endif
