/* fuzz_inputs.c - a person's own files: what is taken can be asked for, and is bounded.
 *
 * The first byte says which file the rest is: 's' settings, 'e' exceptions, 'a' attestations, 'p'
 * people. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "config/register.h"
#include "config/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW 1795500000 /* 2026-11-24 */

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* What is printed means the same. */
static void check_settings(const struct inputs *in)
{
    struct inputs again = {.settings = &settings_default};
    struct strbuf text = STRBUF_INIT(64 * MIB);
    struct yaml *root = NULL;
    struct error err = {0};
    cJSON *x = settings_json(in), *y;

    settings_text(in, &text);
    must(!text.overflowed);
    must(yaml_read("f", text.buf, text.len, &again.arena, &root, &err) == 0);
    must(settings_read(&again, root, &err) == 0);
    y = settings_json(&again);
    for (const cJSON *a = json_first(x), *b = json_first(y); a || b; a = a->next, b = b->next)
        must(a && b && cJSON_Compare(json_find(a, "value"), json_find(b, "value"), true));
    cJSON_Delete(x);
    cJSON_Delete(y);
    strbuf_free(&text);
    inputs_close(&again);
}

/* Nothing is valid that has run out, is of the future or is approved by its owner; each is found by
 * its account and check. */
static void check_exceptions(struct inputs *in)
{
    struct finding finding = {.status = STATUS_FAIL};
    struct findings f = {.at = &finding, .count = 1};
    size_t count;

    exceptions_join(in);
    exceptions_judge(&in->exceptions, in->settings, NOW);
    for (size_t i = 0; i < in->exceptions.count; i++) {
        const struct exception *x = &in->exceptions.at[i];
        const struct account account = {.id = x->account};

        must(x->waiver.valid == !x->waiver.fault);
        must(!x->waiver.valid || (x->approved.at <= NOW && NOW < x->expires.at + DAY_SECONDS));
        must(!x->waiver.valid || strcmp(x->waiver.owner, x->waiver.approver) != 0);
        must(exceptions_of(&in->exceptions, x->account, x->check, &count) <= x && count > 0);
        finding.check = x->check;
        finding.resource = x->resource; /* a pattern matches itself */
        exceptions_apply(&in->exceptions, &account, &f, 0);
        must(x->ids.count > 0 || finding.waiver);
        finding.waiver = NULL;
    }
}

static void check_people(const struct inputs *in)
{
    size_t count;

    for (size_t i = 0; i < in->people_count; i++) {
        const struct people_row *p = &in->people[i];
        const struct people_row *first = people_of(in, p->identity, &count);

        must(first && first <= p && p < first + count);
        must(!p->joined.text || !p->left.text || p->joined.at <= p->left.at);
    }
}

static int take(struct inputs *in, char kind, const char *text, size_t len, struct error *err)
{
    struct yaml *root = NULL;

    if (kind == 'p')
        return people_read(in, "f", text, len, err);
    if (yaml_read("f", text, len, &in->arena, &root, err))
        return -1;
    return kind == 's'   ? settings_read(in, root, err)
           : kind == 'e' ? exceptions_read(in, root, err)
                         : attestations_read(in, root, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inputs in = {.settings = &settings_default, .dir = "/nonexistent"};
    struct error err = {0};
    char kind = size > 0 ? (char)data[0] : 's';

    json_init();

    if (size > 0 && take(&in, kind, (const char *)data + 1, size - 1, &err)) {
        must(err.code != ERR_NONE && *err.msg);
    } else {
        if (kind == 's')
            check_settings(&in);
        check_exceptions(&in);
        check_people(&in);
    }
    inputs_close(&in);
    return 0;
}
