/* config_private.h - what the reader of ~/.aws files hands to config.c. */
#ifndef AWS_CONFIG_PRIVATE_H
#define AWS_CONFIG_PRIVATE_H

#include "aws/config.h"

struct config_setting {
    const char *block; /* "" unless it stands in an indented block */
    const char *key;
    const char *value; /* in the config's values */
    enum config_origin origin;
};

struct config_section {
    enum config_kind kind;
    const char *name;
    struct config_setting *settings;
    size_t count;
};

struct config_key {
    const char *block, *name;
};

/* Add the sections of one file. c->values has room for all of it. ERR_FORMAT "path:line: ...". */
int config_parse_text(struct config *c, const struct strbuf *text, enum config_origin origin,
                      struct error *err);

#endif
