/* cmd_verify.c - `reportgen verify`: is a pack what the holder of a key signed? */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "base/limits.h"
#include "verify_answer.h"

struct verify_args {
    struct cli_words words;
    const char *key, *format;
    bool first_use;
};

static const struct option_row options[] = {
    {"key", 0, "PUB.pem", OPT_TEXT, offsetof(struct verify_args, key),
     "the public key you trust, received another way than the pack"},
    {"trust-on-first-use", 0, NULL, OPT_FLAG, offsetof(struct verify_args, first_use),
     "trust the key inside the pack, and say so"},
    {"format", 0, "text|json", OPT_CHOICE, offsetof(struct verify_args, format),
     "how to print the answer (default: text)"},
    {0},
};

/* --- The command
 * ----------------------------------------------------------------------------------- */

static int answer(const struct verify_args *args, const struct key *pinned, struct error *err)
{
    cleanup_verify struct verify_result result = {0};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    struct error reason = {0};
    const char *pack = args->words.at[0];

    if (verify_pack(pack, pinned, &result, &reason) && reason.code != ERR_VERIFY) {
        *err = reason;
        return EXIT_OF_ERROR;
    }
    if (args->format && !strcmp(args->format, "json")) {
        if (verify_json(pack, &result, &reason, &out, err))
            return EXIT_OF_ERROR;
    } else {
        verify_text(pack, &result, reason.code == ERR_NONE, &out);
    }
    if (strbuf_finish(&out, pack, err))
        return EXIT_OF_ERROR;
    fwrite(out.buf, 1, out.len, stdout);
    if (reason.code == ERR_NONE)
        return 0;
    *err = reason;
    return EXIT_OF_ERROR;
}

static int run_verify(const void *p, struct error *err)
{
    const struct verify_args *args = p;
    cleanup_key struct key key = {0};

    if (args->key && args->first_use)
        return fail(err, ERR_USAGE, "verify: --key and --trust-on-first-use exclude each other");
    if (!args->key && !args->first_use)
        return fail(err, ERR_USAGE,
                    "verify: name the key you trust with --key PUB.pem; it must have come another "
                    "way than the pack (--trust-on-first-use takes the one in the pack)");
    if (args->key && key_load_public(args->key, &key, err)) {
        if (err->code == ERR_FORMAT || err->code == ERR_LIMIT)
            err->code = ERR_VERIFY; /* nothing verifies against something that is no key */
        return EXIT_OF_ERROR;
    }
    return answer(args, args->key ? &key : NULL, err);
}

const struct command cmd_verify = {
    .name = "verify",
    .arguments = "PACK",
    .min_words = 1,
    .max_words = 1,
    .summary = "check that a pack is what the holder of a key signed",
    .details = "Works offline. Checks, in this order: the key, the envelope and its signature,\n"
               "the types, every signed file, that no other file is there, that the answers are\n"
               "those of the query log, and that verdict and score are those of the findings.\n"
               "Ends with 0 when all of it is good, 1 when the pack is refused.\n",
    .options = options,
    .args_size = sizeof(struct verify_args),
    .run = run_verify,
};
