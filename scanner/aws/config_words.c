/* config_words.c - a command split into words as a shell splits it. */
#include <string.h>

#include "aws/config.h"

/* One word from *at on, without its quotes; false when a quote stays open. */
static bool take_word(const char **at, struct strbuf *store)
{
    const char *s = *at;
    char quote = '\0';

    for (; *s && (quote || !strchr(" \t\r\n", *s)); s++) {
        if (*s == quote)
            quote = '\0';
        else if (!quote && (*s == '\'' || *s == '"'))
            quote = *s;
        else if (*s == '\\' && s[1] && (!quote || (quote == '"' && strchr("\"\\", s[1]))))
            strbuf_addch(store, *++s);
        else
            strbuf_addch(store, *s);
    }
    strbuf_addch(store, '\0');
    *at = s;
    return quote == '\0';
}

int config_split_words(const char *text, struct strbuf *store, size_t *count, struct error *err)
{
    *count = 0;
    for (;;) {
        text += strspn(text, " \t\r\n");
        if (!*text)
            return strbuf_finish(store, "words of a command", err);
        if (!take_word(&text, store))
            return fail(err, ERR_CONFIG, "a quote is not closed");
        (*count)++;
    }
}
