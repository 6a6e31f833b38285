/* load.c - a directory of a person's inputs, read as a whole and kept in a run. */
#include "config/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "checks/catalogue.h"
#include "config/register.h"
#include "config/settings.h"

int inputs_choose(const char *named, struct arena *arena, const char **out, struct error *err)
{
    const char *own = named ? NULL : env_config_path(arena, "reportgen");

    *out = NULL;
    if (named && !file_exists(named))
        return fail(err, ERR_MISSING, "--config %s: there is no such directory", named);
    if (named && !file_is_directory(named))
        return fail(err, ERR_USAGE, "--config %s: is no directory", named);
    if (named || (own && file_is_directory(own)))
        *out = named ? named : own;
    return 0;
}

const char *inputs_of_run(const char *run, struct arena *arena)
{
    const char *dir = file_join(arena, run, INPUTS_FOLDER);

    return file_is_directory(dir) ? dir : NULL;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static int read_yaml(struct inputs *in, const struct input_file *file,
                     int (*take)(struct inputs *in, const struct yaml *root, struct error *err),
                     struct error *err)
{
    struct yaml *root = NULL;

    if (yaml_read(file->name, file->bytes, file->len, &in->arena, &root, err))
        return -1;
    return take(in, root, err);
}

static int read_settings(struct inputs *in, const struct input_file *file, struct error *err)
{
    return read_yaml(in, file, settings_read, err);
}

static int read_exceptions(struct inputs *in, const struct input_file *file, struct error *err)
{
    return read_yaml(in, file, exceptions_read, err);
}

static int read_attestations(struct inputs *in, const struct input_file *file, struct error *err)
{
    return read_yaml(in, file, attestations_read, err);
}

static int read_people(struct inputs *in, const struct input_file *file, struct error *err)
{
    return people_read(in, file->name, file->bytes, file->len, err);
}

/* The files of a directory. To add one: its function, its row. */
static const struct {
    const char *name;
    int (*read)(struct inputs *in, const struct input_file *file, struct error *err);
} kinds[] = {
    {SETTINGS_FILE, read_settings},
    {EXCEPTIONS_FILE, read_exceptions},
    {ATTESTATIONS_FILE, read_attestations},
    {PEOPLE_FILE, read_people},
};

bool inputs_is_name(const char *name)
{
    static const char folder[] = INPUTS_FOLDER "/", evidence[] = EVIDENCE_FOLDER "/";
    const char *inside = name + strlen(folder);

    if (strncmp(name, folder, strlen(folder)) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(inside, kinds[i].name) == 0)
            return true;
    return strcmp(name, INPUTS_EVALUATION) == 0 ||
           (strncmp(inside, evidence, strlen(evidence)) == 0 &&
            !strchr(inside + strlen(evidence), '/'));
}

/* One that is not there is fine; one that cannot be read is not. */
static int load_file(struct inputs *in, size_t kind, struct error *err)
{
    struct input_file file = {.name = kinds[kind].name};
    const char *path = file_join(&in->arena, in->dir, file.name);
    struct error missing = {0}, wrong = {0};

    file.bytes = file_load(path, LIMIT_INPUT_BYTES, &in->arena, &file.len, &missing);
    if (!file.bytes && missing.code == ERR_MISSING && !file_exists(path))
        return 0;
    if (!file.bytes) {
        *err = missing;
        return -1;
    }
    (void)digest_bytes(file.bytes, file.len, file.sha256);
    *arena_push(&in->arena, in->files, in->file_count) = file;
    if (kinds[kind].read(in, &file, &wrong) == 0)
        return 0;
    return fail(err, wrong.code, "%s/%s", in->dir, wrong.msg);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct input_file *)a)->name, ((const struct input_file *)b)->name);
}

int inputs_load(struct inputs *in, const char *dir, struct error *err)
{
    in->settings = &settings_default;
    if (!dir)
        return 0;
    in->dir = arena_strdup(&in->arena, dir);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (load_file(in, i, err))
            return -1;
    exceptions_join(in);
    if (in->file_count > 1)
        qsort(in->files, in->file_count, sizeof *in->files, by_name);
    return 0;
}

/* --- Keeping ---------------------------------------------------------------------------------- */

cJSON *inputs_record_json(const struct inputs *in, const char *now)
{
    cJSON *root = cJSON_CreateObject(), *ruleset;
    char hex[DIGEST_HEX];

    cJSON_AddStringToObject(root, "now", now);
    ruleset = cJSON_AddObjectToObject(root, "ruleset");
    cJSON_AddStringToObject(ruleset, "version", RULESET_VERSION);
    cJSON_AddStringToObject(ruleset, "sha256", ruleset_sha256(hex));
    cJSON_AddItemToObject(root, "settings", settings_json(in));
    cJSON_AddItemToObject(root, "files", input_files_json(in));
    return root;
}

int input_file_bytes(const struct inputs *in, const struct input_file *file, struct strbuf *out,
                     struct error *err)
{
    char hex[DIGEST_HEX];
    struct arena arena = {0};
    const char *path = file_join(&arena, in->dir, file->name);
    int status = 0;

    strbuf_clear(out);
    if (file->bytes)
        strbuf_add(out, file->bytes, file->len);
    else
        status = file_read(path, LIMIT_ATTESTED_BYTES, out, err);
    if (status == 0 && strcmp(digest_bytes(out->buf, out->len, hex), file->sha256) != 0)
        status = fail(err, ERR_INTEGRITY, "%s: was changed while it was used", path);
    arena_free(&arena);
    return status;
}

static int copy_file(const struct inputs *in, const struct input_file *file, const char *into,
                     struct error *err)
{
    cleanup_strbuf struct strbuf bytes = STRBUF_INIT(LIMIT_ATTESTED_BYTES);
    struct arena arena = {0};
    const char *path = file_join(&arena, into, file->name);
    int status = input_file_bytes(in, file, &bytes, err);

    if (status == 0 && strchr(file->name, '/'))
        status = file_make_dirs(file_join(&arena, into, EVIDENCE_FOLDER), 0700, err);
    if (status == 0)
        status = file_write(path, bytes.buf, bytes.len, 0600, err);
    arena_free(&arena);
    return status;
}

static int fill(const struct inputs *in, const char *dir, const struct strbuf *record,
                struct error *err)
{
    struct arena arena = {0};
    int status = file_write(file_join(&arena, dir, strrchr(INPUTS_EVALUATION, '/') + 1),
                            record->buf, record->len, 0600, err);

    for (size_t i = 0; status == 0 && i < in->file_count; i++)
        status = copy_file(in, &in->files[i], dir, err);
    arena_free(&arena);
    return status;
}

int inputs_save(const struct inputs *in, const char *run, const struct strbuf *record,
                struct error *err)
{
    struct arena arena = {0};
    struct file_stage stage = {.path = ""};
    int status = file_stage_open(&stage, file_join(&arena, run, INPUTS_FOLDER), 0700, err);

    arena_free(&arena);
    if (status)
        return -1;
    if (fill(in, stage.path, record, err) || file_stage_commit(&stage, true, err)) {
        file_stage_abandon(&stage);
        return -1;
    }
    return 0;
}
