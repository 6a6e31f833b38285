/* settings.h - reportgen.yaml: reading it, and saying what is in force and from where. Private to
 * config/, but for the list. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <cjson/cJSON.h>

#include "base/strbuf.h"
#include "base/yaml.h"
#include "model/inputs.h"

#define SETTINGS_FILE "reportgen.yaml"

/* Read a file's tree (NULL: an empty one) over the defaults into the inputs, whose arena owns what
 * is kept. Errors: ERR_CONFIG with file and line: an unknown key with the nearest name, a value out
 * of range, an unknown check or framework with the nearest one. */
int settings_read(struct inputs *in, const struct yaml *root, struct error *err);

/* The settings in force, a row each, in the order of the table: [{name, value, source, help}],
 * where source is "default" or "reportgen.yaml:12". The caller deletes it. */
cJSON *settings_json(const struct inputs *in);

/* The files that were read, in the order of reading: [{name, sha256}]. The caller deletes it. */
cJSON *input_files_json(const struct inputs *in);

/* The same as reportgen.yaml would say it: "name: value", and the source as a comment. */
void settings_text(const struct inputs *in, struct strbuf *out);

#endif
