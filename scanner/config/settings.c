/* settings.c - reportgen.yaml: a table of settings, each with how it is read and shown. */
#include "config/settings.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "config/field.h"
#include "config/setting.h"

/* --- The table -------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct settings, member)

/* To add one: its member and default in model/settings, its row here. Rows of one section stand
 * together. */
static const struct setting rows[] = {
    {"thresholds.periodDays", &kind_number, AT(period_days), 1, 90,
     "days of events that a scan reads, where its --period says nothing"},
    {"thresholds.unusedDays", &kind_number, AT(unused_days), 1, 3650,
     "days after which a console password counts as unused"},
    {"thresholds.graceDays", &kind_number, AT(grace_days), 0, 365,
     "days in which a new user must enrol a device"},
    {"thresholds.reportAgeHours", &kind_number, AT(report_age_hours), 1, 24,
     "age that a credential report may have at the scan"},
    {"thresholds.scanAgeDays", &kind_number, AT(scan_age_days), 1, 365,
     "days from the begin of a scan to its end, also of one that was resumed"},
    {"thresholds.administrators", &kind_number, AT(administrators_max), 0, 100000,
     "administrators that an account may have"},
    {"thresholds.administratorsPercent", &kind_number, AT(administrators_percent), 0, 100,
     "the same as a share of its users; the larger of both is allowed"},
    {"thresholds.mfaAgeSeconds", &kind_number, AT(mfa_age_seconds), 0, 604800,
     "age of MFA at which it must be shown again; 0: not asked for"},
    {"privileged.names", &kind_texts, AT(privileged.of[RULE_NAME]), 0, 0,
     "names of privileged principals; * and ? are patterns over the whole name"},
    {"privileged.words", &kind_texts, AT(privileged.of[RULE_WORD]), 0, 0,
     "whole words in their names"},
    {"privileged.paths", &kind_paths, AT(privileged.of[RULE_PATH]), 0, 0,
     "paths that theirs begin with"},
    {"privileged.tags", &kind_tags, AT(privileged.of[RULE_TAG]), 0, 0,
     "tags they have, as key=value"},
    {"privileged.permissions", &kind_permissions, AT(privileged.of[RULE_PERMISSION]), 0, 0,
     "actions that count as privileged beside the built-in ones"},
    {"privileged.computeReuse", &kind_truth, AT(compute_reuse), 0, 0,
     "whether reuse of existing compute (ec2:* without PassRole) counts too"},
    {"machines.names", &kind_texts, AT(machines.of[RULE_NAME]), 0, 0,
     "names of machines; * and ? are patterns over the whole name"},
    {"machines.words", &kind_texts, AT(machines.of[RULE_WORD]), 0, 0, "whole words in their names"},
    {"machines.paths", &kind_paths, AT(machines.of[RULE_PATH]), 0, 0,
     "paths that theirs begin with"},
    {"machines.tags", &kind_tags, AT(machines.of[RULE_TAG]), 0, 0, "tags they have, as key=value"},
    {"humans.names", &kind_texts, AT(humans.of[RULE_NAME]), 0, 0,
     "names of people, whatever else speaks for a machine"},
    {"humans.words", &kind_texts, AT(humans.of[RULE_WORD]), 0, 0, "whole words in their names"},
    {"humans.paths", &kind_paths, AT(humans.of[RULE_PATH]), 0, 0, "paths that theirs begin with"},
    {"humans.tags", &kind_tags, AT(humans.of[RULE_TAG]), 0, 0, "tags they have, as key=value"},
    {"cognito.workforcePools", &kind_texts, AT(workforce_pools), 0, 0,
     "ids or ARNs of user pools in which staff sign in"},
    {"directories.joinOnly", &kind_texts, AT(join_only_directories), 0, 0,
     "ids or ARNs of directories that machines join and nobody signs in by"},
    {"exceptions.maxDays", &kind_number, AT(exception_days), 1, 1096,
     "days from approval to expiry at most"},
    {"exceptions.reviewDays", &kind_number, AT(exception_review_days), 1, 366,
     "days between two reviews at most"},
    {"exceptions.maxResources", &kind_number, AT(exception_resources), 1, 100000,
     "resources that one exception may cover"},
    {"attestations.maxDays", &kind_number, AT(attestation_days), 1, 365,
     "days from attestation to expiry at most"},
    {"report.frameworks", &kind_frameworks, AT(frameworks), 0, 0,
     "frameworks that reports show; none named: all"},
    {"severities", &kind_severities, AT(severities), 0, 0,
     "severities that are shown instead of the catalogue's; the score keeps its weights"},
};
#define ROWS (sizeof rows / sizeof *rows)

/* --- Reading ---------------------------------------------------------------------------------- */

/* Length of the section in a name: 0 for a setting without one. */
static size_t section_len(const char *name)
{
    return strchr(name, '.') ? strcspn(name, ".") : 0;
}

/* Words that may stand at the top (section NULL) or in a section, each once. */
static void words_of(const char *section, struct arena *arena, const char *out[WORDS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < ROWS; i++) {
        size_t len = section_len(rows[i].name);
        bool inside = section && len == strlen(section) && !strncmp(rows[i].name, section, len);
        const char *word =
            section ? rows[i].name + len + 1
                    : arena_strndup(arena, rows[i].name, len ? len : strlen(rows[i].name));

        if ((!section || inside) && (count == 0 || strcmp(out[count - 1], word) != 0))
            out[count++] = word;
    }
    out[count] = NULL;
}

static const struct setting *row_of(const char *section, const char *key)
{
    for (size_t i = 0; i < ROWS; i++) {
        size_t len = section_len(rows[i].name);

        if (len == strlen(section) && strncmp(rows[i].name, section, len) == 0 &&
            strcmp(rows[i].name + len + (len ? 1 : 0), key) == 0)
            return &rows[i];
    }
    return NULL;
}

/* A reading of the file: into where. */
struct reading {
    struct arena *arena;
    struct settings *settings;
    size_t *lines;
};

static int read_setting(struct reading *r, const struct setting *s, const struct yaml *v,
                        struct error *err)
{
    r->lines[s - rows] = v->line;
    return s->kind->read(s, v, (char *)r->settings + s->offset, r->arena, err);
}

static int read_section(struct reading *r, const struct yaml *section, struct error *err)
{
    const char *words[WORDS_MAX];

    words_of(section->key, r->arena, words);
    if (section->kind == YAML_TEXT && !*section->text) /* all of it is commented out */
        return 0;
    if (section->kind != YAML_MAP)
        return yaml_fail(section, err, "%s: expected keys with values (%s: …)", section->key,
                         words[0]);
    for (const struct yaml *m = section->child; m; m = m->next) {
        const struct setting *s = row_of(section->key, m->key);

        if (!s)
            return field_unknown(m, "key", m->key, words, err);
        if (read_setting(r, s, m, err))
            return -1;
    }
    return 0;
}

static int read_member(struct reading *r, const struct yaml *m, struct error *err)
{
    const struct setting *s = row_of("", m->key);
    const char *words[WORDS_MAX];

    if (s)
        return read_setting(r, s, m, err);
    words_of(NULL, r->arena, words);
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], m->key) == 0)
            return read_section(r, m, err);
    return field_unknown(m, "key", m->key, words, err);
}

int settings_read(struct inputs *in, const struct yaml *root, struct error *err)
{
    struct reading r = {&in->arena, arena_new(&in->arena, struct settings, 1),
                        arena_new(&in->arena, size_t, ROWS)};

    *r.settings = settings_default;
    if (root && root->kind != YAML_MAP)
        return yaml_fail(root, err, "expected keys with values (thresholds: …)");
    for (const struct yaml *m = root ? root->child : NULL; m; m = m->next)
        if (read_member(&r, m, err))
            return -1;
    in->settings = r.settings;
    in->setting_lines = r.lines;
    return 0;
}

/* --- Showing ---------------------------------------------------------------------------------- */

static const char *source_of(const struct inputs *in, size_t row, char out[64])
{
    size_t line = in->setting_lines ? in->setting_lines[row] : 0;

    if (line == 0)
        return "default";
    (void)snprintf(out, 64, "%s:%zu", SETTINGS_FILE, line);
    return out;
}

static cJSON *value_json(const struct inputs *in, size_t row)
{
    return rows[row].kind->json((const char *)in->settings + rows[row].offset);
}

cJSON *settings_json(const struct inputs *in)
{
    cJSON *list = cJSON_CreateArray();
    char source[64];

    for (size_t i = 0; i < ROWS; i++) {
        cJSON *row = json_append_object(list);

        cJSON_AddStringToObject(row, "name", rows[i].name);
        cJSON_AddItemToObject(row, "value", value_json(in, i));
        cJSON_AddStringToObject(row, "source", source_of(in, i, source));
        cJSON_AddStringToObject(row, "help", rows[i].help);
    }
    return list;
}

cJSON *input_files_json(const struct inputs *in)
{
    cJSON *files = cJSON_CreateArray();

    for (size_t i = 0; i < in->file_count; i++) {
        cJSON *row = json_append_object(files);

        cJSON_AddStringToObject(row, "name", in->files[i].name);
        cJSON_AddStringToObject(row, "sha256", in->files[i].sha256);
    }
    return files;
}

/* JSON is YAML: a value in canonical form is one that reportgen.yaml takes. */
void settings_text(const struct inputs *in, struct strbuf *out)
{
    const char *section = "";
    char source[64];

    for (size_t i = 0; i < ROWS; i++) {
        cleanup_json cJSON *value = value_json(in, i);
        cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);
        size_t len = section_len(rows[i].name);
        struct error ignored = {0};

        (void)json_canonical(value, &text, &ignored); /* our own tree */
        if (len && (strlen(section) < len || strncmp(rows[i].name, section, len + 1) != 0))
            strbuf_addf(out, "%.*s:\n", (int)len, rows[i].name);
        section = rows[i].name;
        strbuf_addf(out, "%s%s: %s  # %s\n", len ? "  " : "", rows[i].name + (len ? len + 1 : 0),
                    text.buf, source_of(in, i, source));
    }
}
