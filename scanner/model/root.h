/* root.h - what the root user of a member account can sign in with, as a session of that very root
 * user was told (sts:AssumeRoot). Exact, where GetAccountSummary counts and names nothing. */
#ifndef MODEL_ROOT_H
#define MODEL_ROOT_H

#include "model/model.h"

/* To add one: a row here, one in scanner/collect/root.c and one in scanner/checks/root_known.c. */
enum root_part {
    ROOT_DEVICES,
    ROOT_KEYS,
    ROOT_CERTIFICATES,
    ROOT_PASSWORD, /* counts 0 or 1 */
    ROOT_PART_COUNT
};

struct root_list {
    struct data_status status;
    size_t count;
    size_t active;        /* of these, those that work now; AWS tells it of keys and certificates */
    struct source source; /* the list, also when it is empty; the refusal that means «none» */
};

struct root_credentials {
    struct root_list parts[ROOT_PART_COUNT];
    struct device *devices; /* sorted by serial */
    size_t device_count;
};

#endif
