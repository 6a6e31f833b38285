/* cmd_key.c - `reportgen key`: make and show signing keys. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/limits.h"
#include "base/log.h"
#include "evidence/key.h"

struct key_args {
    struct cli_words words;
    const char *key;
};

static const struct option_row options[] = {
    {"key", 0, "FILE", OPT_TEXT, offsetof(struct key_args, key),
     "private key in PEM instead of the default one"},
    {0},
};

static const char *fingerprint_note(const struct key_args *args)
{
    return args->key ? "give its fingerprint to those who verify, another way than the pack"
                     : "self-made: nobody vouches for it; give its fingerprint to those who "
                       "verify, another way than the pack";
}

/* The public key is the product; what a person wants to know about it goes to stderr. */
static int show(const struct key_args *args, const char *path, struct error *err)
{
    cleanup_key struct key key = {0};
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);

    if (key_load(path, &key, err)) {
        if (err->code == ERR_MISSING && !args->key)
            return fail_in(err, "no key yet; reportgen key new makes one");
        return -1;
    }
    if (key_public_pem(&key, &pem, err))
        return -1;
    fwrite(pem.buf, 1, pem.len, stdout);
    log_info("fingerprint %s (%s)", key.id, key_algorithm(&key));
    log_info("private key %s", path);
    log_info("%s", fingerprint_note(args));
    return 0;
}

static int run_key(const void *p, struct error *err)
{
    const struct key_args *args = p;
    const char *verb = args->words.at[0];
    struct arena arena = {0};
    const char *path = args->key ? args->key : key_default_path(&arena, err);
    int status = path ? 0 : -1;

    if (!status && !strcmp(verb, "new"))
        status = key_make(path, err);
    else if (!status && strcmp(verb, "show"))
        status = fail(err, ERR_USAGE, "key: \"%s\" is neither show nor new", verb);
    if (!status)
        status = show(args, path, err);
    arena_free(&arena);
    return status ? EXIT_OF_ERROR : 0;
}

const struct command cmd_key = {
    .name = "key",
    .arguments = "show|new",
    .min_words = 1,
    .max_words = 1,
    .summary = "show the public signing key, or make a new key",
    .details = "The default key is $XDG_DATA_HOME/reportgen/keys/default.pem (else below\n"
               "~/.local/share). bundle makes it on first use; new never overwrites a file.\n"
               "The public key goes to stdout, its fingerprint to stderr.\n",
    .options = options,
    .args_size = sizeof(struct key_args),
    .run = run_key,
};
