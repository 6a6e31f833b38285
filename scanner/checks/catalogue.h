/* catalogue.h - the check catalogue as data. */
#ifndef CHECKS_CATALOGUE_H
#define CHECKS_CATALOGUE_H

#include "base/digest.h"
#include "base/json.h"

#define RULESET_VERSION "1"

/* An array of objects {id, title, severity, tier, layer, core, weight, passesWhen, needs[],
 * frameworks[]}, in catalogue order. The caller deletes it. */
cJSON *catalogue_json(void);

/* SHA-256 over the program's version and the catalogue in canonical form. */
const char *ruleset_sha256(char hex[DIGEST_HEX]);

#endif
