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

/* The key to show: a named one, or the default one, which is made when it is not there. */
static int load(const struct key_args *args, struct arena *arena, struct key *out,
                struct error *err)
{
    bool made = false;

    if (args->key)
        return key_load(args->key, out, err);
    if (key_load_default(arena, out, &made, err))
        return -1;
    if (made)
        log_info("made it just now");
    return 0;
}

/* The public key is the product; what a person wants to know about it goes to stderr. */
static int show(const struct key_args *args, const char *path, struct arena *arena,
                struct error *err)
{
    cleanup_key struct key key = {0};
    cleanup_strbuf struct strbuf pem = STRBUF_INIT(LIMIT_KEY_BYTES);

    if (load(args, arena, &key, err) || key_public_pem(&key, &pem, err))
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
        status = show(args, path, &arena, err);
    arena_free(&arena);
    return status ? EXIT_OF_ERROR : 0;
}

const struct command cmd_key = {
    .name = "key",
    .arguments = "show|new",
    .min_words = 1,
    .max_words = 1,
    .summary = "show the public signing key, or make a new key",
    .details = "The default key is $XDG_DATA_HOME/reportgen/keys/default.pem (else below "
               "~/.local/share). It is made on first use; new never overwrites a file. The "
               "public key goes to stdout, its fingerprint to stderr.",
    .options = options,
    .args_size = sizeof(struct key_args),
    .run = run_key,
};
