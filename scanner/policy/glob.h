/* glob.h - the wildcards of IAM's policy language, and the classes of texts that they tell apart.
 *
 * `*` stands for any run of characters, also for none, `?` for one (IAM User Guide, "Resource:
 * wildcards"). GLOB_QUOTE takes the character after it literally: that is how the value of a policy
 * variable stands in a pattern. */
#ifndef POLICY_GLOB_H
#define POLICY_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

#define GLOB_QUOTE '\001'

/* No wildcard, no quote, not the end. */
static inline bool glob_is_plain(char c)
{
    return (unsigned char)c > GLOB_QUOTE && c != '*' && c != '?';
}

bool glob_match(const char *pattern, const char *text);
/* The same for pattern[0..pattern_len) and text[0..text_len). */
bool glob_match_part(const char *pattern, size_t pattern_len, const char *text, size_t text_len);

/* One text of a class, and the narrowest pattern that all texts of the class match: what the class
 * is called when people read of it. */
struct glob_class {
    const char *witness, *pattern;
};
struct glob_classes {
    struct glob_class *at;
    size_t count;
};

/* Split all texts that at least one pattern matches into classes: two texts are of one class when
 * each pattern matches both or neither. One witness for every class that is not empty: whatever
 * holds for all witnesses holds for all texts. Made by closing the patterns under intersection: the
 * most general text of each intersection matches just the patterns that contain all of it. An
 * intersection within another of the same patterns adds nothing and is dropped.
 * ERR_LIMIT when the patterns are too intricate (the numbers below). The forms with `within`
 * look only at texts that match it; it is a pattern too. */
#define GLOB_PATTERNS 4096
#define GLOB_CROSSINGS 1024 /* classes beyond one for each pattern */
#define GLOB_STEPS 20000    /* of one intersection */
#define GLOB_RUN 64         /* `?` side by side */
int glob_classes_within(struct arena *arena, const char *within, const char *const *patterns,
                        size_t count, struct glob_classes *out, struct error *err);
/* One text of each pattern's part within `within`, the most general, without the intersections:
 * enough where it does not matter which other patterns match. Far fewer, where patterns overlap. */
int glob_parts_within(struct arena *arena, const char *within, const char *const *patterns,
                      size_t count, struct glob_classes *out, struct error *err);
int glob_classes(struct arena *arena, const char *const *patterns, size_t count,
                 struct glob_classes *out, struct error *err);

#endif
