/* pattern.c - patterns with * and ?, over the whole text. */
#include "base/pattern.h"

#include <stddef.h>
#include <string.h>

static bool may_stand_for(char c, const char *separators)
{
    return c && !strchr(separators, c);
}

/* Only the last star is ever tried again: a star cannot pass a separator, so each part between two
 * of them is a pattern of its own. */
bool pattern_match(const char *pattern, const char *text, const char *separators)
{
    const char *star = NULL, *held = NULL; /* the last star, and where what it holds ends */

    while (*text || *pattern) {
        if (*pattern == '*') {
            star = pattern++;
            held = text;
        } else if (*text &&
                   (*pattern == *text || (*pattern == '?' && may_stand_for(*text, separators)))) {
            pattern++;
            text++;
        } else if (star && may_stand_for(*held, separators)) {
            pattern = star + 1;
            text = ++held;
        } else {
            return false;
        }
    }
    return true;
}

bool pattern_has_wildcard(const char *pattern)
{
    return pattern[strcspn(pattern, "*?")] != '\0';
}
