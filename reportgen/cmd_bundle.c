/* cmd_bundle.c - `reportgen bundle`: the signed evidence pack of a run. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "commands.h"
#include "evidence/bundle.h"

struct bundle_args {
    struct cli_words words;
    const char *output, *edition, *key;
};

static const struct option_row options[] = {
    {"output", 'o', "DIR", OPT_TEXT, offsetof(struct bundle_args, output),
     "the pack to write (default: RUN/pack)"},
    {"edition", 0, "auditor|internal", OPT_CHOICE, offsetof(struct bundle_args, edition),
     "whose documents go into it (default: auditor)"},
    {"key", 0, "FILE", OPT_TEXT, offsetof(struct bundle_args, key),
     "sign with this private key in PEM (default: one made on first use)"},
    {0},
};

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), tail = strlen(end);

    return len >= tail && !strcmp(text + len - tail, end);
}

static int sign(const struct bundle_args *args, const struct assessment *assessment,
                struct bundle_result *result, struct error *err)
{
    cleanup_key struct key key = {0};
    const struct bundle_request request = {
        .assessment = assessment,
        .pack = args->output ? args->output : file_join(&result->arena, args->words.at[0], "pack"),
        .edition = edition_find(args->edition ? args->edition : "auditor"),
        .key = args->key ? &key : NULL,
    };

    if ((args->key && key_load(args->key, &key, err)) || bundle_make(&request, result, err))
        return -1;
    if (result->let_in > 0)
        log_warn("the pack holds live tests in which AWS let in without MFA what was asked: %zu",
                 result->let_in);
    if (result->key_made)
        log_info("made a signing key, fingerprint %s; see: reportgen key show", result->signer);
    printf("%s\n", request.pack);
    log_info("%zu files signed by key %s", result->files.count, result->signer);
    log_info("verified; to check it elsewhere: reportgen verify %s --key PUBLIC.pem", request.pack);
    return 0;
}

static int make_pack(const struct bundle_args *args, struct bundle_result *result,
                     struct error *err)
{
    cleanup_assessment struct assessment a = {0};
    const char *run = args->words.at[0];

    if (args->output && (ends_with(args->output, ".tar.gz") || ends_with(args->output, ".zip")))
        return fail(err, ERR_USAGE, "%s: this version writes a pack as a directory only",
                    args->output);
    if (run_refuse_pack(run, err))
        return -1;
    if (!file_exists(file_join(&result->arena, run, PACK_SNAPSHOT)))
        return fail(err, ERR_MISSING, "%s: no run directory, it has no %s", run, PACK_SNAPSHOT);
    if (assess(&a, run, err))
        return -1;
    return sign(args, &a, result, err);
}

static int run_bundle(const void *p, struct error *err)
{
    struct bundle_result result = {0};
    int status = make_pack(p, &result, err);

    arena_free(&result.arena);
    return status ? EXIT_OF_ERROR : 0;
}

const struct command cmd_bundle = {
    .name = "bundle",
    .arguments = "RUN",
    .min_words = 1,
    .max_words = 1,
    .summary = "make the signed evidence pack of a run",
    .details = "Judges the answers of AWS again, which must give RUN/findings.json. The pack holds "
               "answers, findings, the documents of one edition, rendered anew, and VERIFY.md, "
               "which says how to check it without this program. It appears whole or not at all, "
               "and replaces only an older pack to which nobody has added anything.",
    .options = options,
    .args_size = sizeof(struct bundle_args),
    .run = run_bundle,
};
