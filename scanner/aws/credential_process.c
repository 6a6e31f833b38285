/* credential_process.c - credentials that a program of the user's prints. */
#include <stdio.h>
#include <string.h>

#include "aws/credential_private.h"
#include "base/json.h"
#include "base/process.h"
#include "base/secret.h"

#define WORDS_MAX 64
#define COMMAND_MAX ((size_t)16384)
#define TIMEOUT_MS 60000L /* it may ask its user something */

static int run(const char *command, struct strbuf *out, struct error *err)
{
    cleanup_secret struct strbuf words = STRBUF_INIT(COMMAND_MAX);
    char *argv[WORDS_MAX + 1] = {NULL};
    size_t count = 0;

    secret_reserve(&words);
    if (config_split_words(command, &words, &count, err))
        return -1;
    if (count == 0 || count > WORDS_MAX)
        return fail(err, ERR_CONFIG, "not a command of 1 to %d words", WORDS_MAX);

    char *at = words.buf;

    for (size_t i = 0; i < count; i++) {
        argv[i] = at;
        at += strlen(at) + 1;
    }
    return process_capture(argv, TIMEOUT_MS, out, err);
}

static int take_output(const char *where, const struct strbuf *output, struct credentials *out,
                       struct error *err)
{
    static const struct json_members members = {
        "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", false, false};
    cleanup_secret_json cJSON *answer = json_parse(where, output->buf, output->len, err);
    long long version;

    if (!answer)
        return -1;
    if (json_integer(answer, "Version", 1, 1, &version, err))
        return fail_in(err, "%s", where);
    return credential_from_json(where, answer, &members, out, err);
}

enum provided credential_process(const struct chain *c, struct credentials *out, struct error *err)
{
    cleanup_secret struct strbuf output = STRBUF_INIT(CREDENTIAL_ANSWER_BYTES);
    const char *command = credential_setting(c, "credential_process");

    if (!command)
        return PROVIDED_NOTHING;
    if (run(command, &output, err)) {
        (void)fail_in(err, "profile %.100s: credential_process", c->profile);
        return PROVIDED_ERROR;
    }
    if (take_output("credential_process", &output, out, err)) {
        (void)fail_in(err, "profile %.100s", c->profile);
        return PROVIDED_ERROR;
    }
    if (credentials_expire_within(out, credential_now(c->s), 0)) {
        (void)fail(err, ERR_AUTH, "profile %.100s: credential_process gave expired credentials",
                   c->profile);
        return PROVIDED_ERROR;
    }
    (void)snprintf(out->source, sizeof out->source, "credential_process of profile %.100s",
                   c->profile);
    return PROVIDED;
}
