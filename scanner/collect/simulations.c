/* simulations.c - iam:SimulatePrincipalPolicy: AWS's own opinion on the users of policy/sample.h,
 * with aws:MultiFactorAuthPresent absent, and false. An absent key is one that is not sent.
 *
 * All actions go into one question. The simulator refuses to weigh some actions together
 * («InvalidInput … require different authorization information», found in the field, in no
 * documentation); then each is asked by itself. */
#include "model/simulation.h"

#include <string.h>

#include "base/json.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "collect/batch.h"
#include "collect/fields.h"
#include "policy/sample.h"

#define ONE_BY_ONE "InvalidInput"
#define ALL_ACTIONS SIZE_MAX

/* One question. */
struct reader {
    struct collection *collection;
    struct call *call;
    struct simulation *of;
    size_t action; /* the only one, or ALL_ACTIONS */
    bool answered; /* by results, whether or not they can be read; not by an error */
    const char *file;
    bool truncated, seen_list; /* of the page at hand */
    const char *name;          /* of the result at hand */
    struct simulated result;
};

static const char list_path[] = "EvaluationResults", member_path[] = "EvaluationResults/member";

static int start(void *context, const struct xml_at *at, struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);

    (void)err;
    if (path && strcmp(path, list_path) == 0)
        r->seen_list = true;
    if (path && strcmp(path, member_path) == 0) {
        r->name = NULL;
        r->result = (struct simulated){.source = field_source(r->collection->model, r->file, at)};
    }
    return 0;
}

static int read_decision(struct reader *r, const char *text, size_t len, struct error *err)
{
    static const char *const words[] = {NULL, "implicitDeny", "explicitDeny", "allowed"};

    for (int i = SIMULATED_IMPLICIT_DENY; i <= SIMULATED_ALLOWED; i++)
        if (field_is(text, len, words[i])) {
            r->result.decision = (enum simulated_decision)i;
            return 0;
        }
    return fail(err, ERR_FORMAT, "a decision that is none of IAM's");
}

static int read_word(enum word *out, const char *text, size_t len, struct error *err)
{
    bool yes;

    if (field_boolean(text, len, &yes, err))
        return -1;
    *out = yes ? WORD_YES : WORD_NO;
    return 0;
}

static int add_name(struct reader *r, const char ***list, size_t *count, const char *text,
                    size_t len, struct error *err)
{
    struct model *m = r->collection->model;
    const char *name;

    if (*count == LIMIT_SIMULATED_NAMES)
        return fail(err, ERR_LIMIT, "more than %d names in one decision", LIMIT_SIMULATED_NAMES);
    if (collect_text(m, text, len, &name, err))
        return -1;
    *arena_push(&m->arena, *list, *count) = name;
    return 0;
}

/* What was asked, and nothing else, and each once. */
static int take_result(struct reader *r, struct error *err)
{
    struct simulated *place = NULL;

    for (size_t i = 0; r->name && i < sample_action_count(); i++)
        if (text_icmp(sample_actions[i], r->name) == 0 &&
            (r->action == i || r->action == ALL_ACTIONS))
            place = &r->of->at[i];
    if (!place)
        return fail(err, ERR_FORMAT, "a decision on an action that was not asked about");
    if (place->decision != SIMULATED_NOTHING)
        return fail(err, ERR_FORMAT, "two decisions on %s",
                    text_shown(&r->collection->model->arena, r->name));
    if (r->result.decision == SIMULATED_NOTHING)
        return fail(err, ERR_FORMAT, "a result without EvalDecision");
    *place = r->result;
    return 0;
}

/* An element below a result; `path` is what follows it. */
static int read_part(struct reader *r, const char *path, const char *text, size_t len,
                     struct error *err)
{
    struct simulated *s = &r->result;

    if (strcmp(path, "EvalActionName") == 0)
        return collect_text(r->collection->model, text, len, &r->name, err);
    if (strcmp(path, "EvalDecision") == 0)
        return read_decision(r, text, len, err);
    if (strcmp(path, "EvalResourceName") == 0 && !field_is(text, len, "*"))
        return fail(err, ERR_FORMAT, "a decision on a resource that was not asked about");
    if (strcmp(path, "MissingContextValues/member") == 0)
        return add_name(r, &s->missing, &s->missing_count, text, len, err);
    if (strcmp(path, "MatchedStatements/member/SourcePolicyId") == 0)
        return add_name(r, &s->matched, &s->matched_count, text, len, err);
    if (strcmp(path, "OrganizationsDecisionDetail/AllowedByOrganizations") == 0)
        return read_word(&s->by_organization, text, len, err);
    if (strcmp(path, "PermissionsBoundaryDecisionDetail/AllowedByPermissionsBoundary") == 0)
        return read_word(&s->by_boundary, text, len, err);
    return 0;
}

static int end(void *context, const struct xml_at *at, const char *text, size_t len,
               struct error *err)
{
    struct reader *r = context;
    const char *path = field_path(at);
    size_t below = sizeof member_path - 1;

    if (!path)
        return 0;
    if (strcmp(path, "IsTruncated") == 0)
        return field_boolean(text, len, &r->truncated, err);
    if (strcmp(path, "Marker") == 0)
        return collect_next(r->collection->model, r->call, text, len, err);
    if (strcmp(path, member_path) == 0)
        return take_result(r, err);
    if (strncmp(path, member_path, below) == 0 && path[below] == '/')
        return read_part(r, path + below + 1, text, len, err);
    return 0;
}

static int read_page(struct reader *r, const struct answer *answer, struct error *err)
{
    static const struct xml_handler handler = {start, end};

    r->file = answer->page->file;
    r->truncated = r->seen_list = false;
    if (answer_read(r->call, answer, &handler, r, err))
        return -1;
    if (!r->seen_list)
        return fail(err, ERR_FORMAT, "%s: no list of decisions", r->file);
    if (r->truncated != (r->call->next != NULL))
        return fail(err, ERR_FORMAT, "%s: IsTruncated and Marker disagree", r->file);
    return 0;
}

/* Of an answer that cannot be read nothing counts. */
static void forget(const struct reader *r)
{
    for (size_t i = 0; i < sample_action_count(); i++)
        if (r->action == i || r->action == ALL_ACTIONS)
            r->of->at[i] = (struct simulated){.decision = SIMULATED_NOTHING};
}

static int receive(struct call *call, const struct answer *answer, struct error *err)
{
    struct reader *r = call->context;

    r->call = call;
    r->answered = true;
    if (read_page(r, answer, err) == 0)
        return 0;
    forget(r);
    return -1;
}

/* --- The questions ------------------------------------------------------------------------------
 */

static void add_parameter(cJSON *to, const char *list, size_t number, const char *text)
{
    char key[64];

    (void)snprintf(key, sizeof key, "%s.member.%zu", list, number);
    json_add_text(to, key, text);
}

static const char *parameters_of(const struct reader *r, struct arena *arena)
{
    cleanup_json cJSON *all = cJSON_CreateObject();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(65536);
    struct error ignored = {0};
    size_t number = 0;

    for (size_t i = 0; i < sample_action_count(); i++)
        if (r->action == i || r->action == ALL_ACTIONS)
            add_parameter(all, "ActionNames", ++number, sample_actions[i]);
    if (r->of->key_is_false) {
        json_add_text(all, "ContextEntries.member.1.ContextKeyName", "aws:MultiFactorAuthPresent");
        json_add_text(all, "ContextEntries.member.1.ContextKeyType", "boolean");
        json_add_text(all, "ContextEntries.member.1.ContextKeyValues.member.1", "false");
    }
    json_add_text(all, "MaxItems", "1000");
    json_add_text(all, "PolicySourceArn", r->of->arn);
    add_parameter(all, "ResourceArns", 1, "*");
    (void)json_canonical(all, &text, &ignored);
    return arena_strdup(arena, text.buf);
}

static struct reader *ask(struct collection *c, struct batch *b, struct simulation *of,
                          size_t action, struct data_status *outcome)
{
    struct reader *r = arena_new(&c->model->arena, struct reader, 1);

    *r = (struct reader){.collection = c, .of = of, .action = action};
    batch_add(b,
              &(struct call){.operation = "SimulatePrincipalPolicy",
                             .parameters = parameters_of(r, &b->arena),
                             .benign_errors = action == ALL_ACTIONS ? ONE_BY_ONE : NULL,
                             .receive = receive,
                             .context = r},
              outcome);
    return r;
}

static void lay_out(struct collection *c)
{
    struct account *a = c->account;
    struct arena *arena = &c->model->arena, scratch = {0};
    size_t users;
    const struct principal **sample = sample_users(a, c->scope->simulate, &scratch, &users);

    a->simulation_count = 2 * users;
    a->simulations = arena_new(arena, struct simulation, a->simulation_count);
    for (size_t i = 0; i < a->simulation_count; i++)
        a->simulations[i] =
            (struct simulation){.arn = sample[i / 2]->arn,
                                .key_is_false = i % 2 == 1,
                                .at = arena_new(arena, struct simulated, sample_action_count())};
    arena_free(&scratch);
}

/* Each action by itself, where AWS did not want to weigh them together. */
static int ask_one_by_one(struct collection *c, struct reader *const *asked, enum data_set fills,
                          struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};
    struct data_status first = a->data[fills], *outcomes;
    size_t actions = sample_action_count();

    outcomes = arena_new(&c->model->arena, struct data_status, a->simulation_count * actions);
    for (size_t i = 0; i < a->simulation_count; i++)
        for (size_t k = 0;
             a->simulations[i].status.state == STATE_COMPLETE && !asked[i]->answered && k < actions;
             k++)
            (void)ask(c, &b, &a->simulations[i], k, &outcomes[i * actions + k]);
    if (batch_run(&b, fills, err))
        return -1;
    collect_fold(&a->data[fills], &first);
    for (size_t i = 0; i < a->simulation_count; i++)
        for (size_t k = 0; !asked[i]->answered && k < actions; k++)
            collect_fold(&a->simulations[i].status, &outcomes[i * actions + k]);
    return 0;
}

/* Half an answer is none. */
static void check_whole(struct collection *c, enum data_set fills)
{
    struct account *a = c->account;

    for (size_t i = 0; i < a->simulation_count; i++) {
        struct simulation *s = &a->simulations[i];

        for (size_t k = 0; s->status.state == STATE_COMPLETE && k < sample_action_count(); k++)
            if (s->at[k].decision == SIMULATED_NOTHING)
                s->status = (struct data_status){
                    STATE_FAILED,
                    arena_printf(&c->model->arena,
                                 "iam:SimulatePrincipalPolicy: no decision on %s of %s",
                                 sample_actions[k], text_shown(&c->model->arena, s->arn)),
                    s->status.file};
        collect_fold(&a->data[fills], &s->status);
    }
}

static int collect_simulations(struct collection *c, enum data_set fills, struct error *err)
{
    struct account *a = c->account;
    struct batch b = {.collection = c};
    struct reader **asked;

    lay_out(c);
    asked = arena_new(&c->model->arena, struct reader *, a->simulation_count);
    for (size_t i = 0; i < a->simulation_count; i++)
        asked[i] = ask(c, &b, &a->simulations[i], ALL_ACTIONS, &a->simulations[i].status);
    if (batch_run(&b, fills, err) || ask_one_by_one(c, asked, fills, err))
        return -1;
    check_whole(c, fills);
    return 0;
}

static const struct collector rows[] = {
    {DATA_SIMULATIONS, "iam", "iam:SimulatePrincipalPolicy", WHEN_SIMULATING, collect_simulations},
};
const struct collector_list simulation_collectors = {rows, sizeof rows / sizeof *rows};
