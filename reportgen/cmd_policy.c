/* cmd_policy.c - `reportgen policy`: the least-privilege role, from the collectors' own table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "collect/collect.h"
#include "commands.h"

#define NAME "reportgen-read-only"

struct policy_args {
    struct cli_words words;
    const char *format, *external_id, *principal;
    bool assume_root, simulate;
};

static const struct option_row options[] = {
    {"format", 0, "json|cloudformation|terraform", OPT_CHOICE, offsetof(struct policy_args, format),
     "what to write (default: json)"},
    {"external-id", 0, "TEXT", OPT_TEXT, offsetof(struct policy_args, external_id),
     "ExternalId that whoever assumes the role must give"},
    {"principal", 0, "ARN", OPT_TEXT, offsetof(struct policy_args, principal),
     "who may assume the role: an ARN, or an account id; json needs it, else the role's account"},
    {"assume-root", 0, NULL, OPT_FLAG, offsetof(struct policy_args, assume_root),
     "with what scan --assume-root needs in the home account"},
    {"simulate", 0, NULL, OPT_FLAG, offsetof(struct policy_args, simulate),
     "with what scan --simulate needs in every account"},
    {0},
};

/* What AWS lets a session of a root user do is a policy of its own, and this one only looks. */
#define ROOT_SID "ReportgenMemberRoots"
#define ROOT_TASK "arn:*:iam::aws:policy/root-task/IAMAuditRootUserCredentials"

static const char *actions_of(const struct policy_args *args, const struct collector *row)
{
    bool left_out =
        row->reach == MEMBER_ROOTS || (row->reach == WHEN_SIMULATING && !args->simulate);

    return left_out ? "" : row->actions;
}

/* Every action of every collector on all resources, sorted, once each. Those that are asked of root
 * users have a statement of their own; what is asked on demand only is allowed on demand only. */
static const char **all_actions(const struct policy_args *args, struct arena *arena, size_t *count)
{
    size_t lists, kept = 0;
    const struct collector_list *const *list = collector_lists(&lists);
    const char **actions = NULL;

    *count = 0;
    for (size_t l = 0; l < lists; l++)
        for (size_t i = 0; i < list[l]->count; i++)
            for (const char *a = actions_of(args, &list[l]->rows[i]); *a;) {
                size_t len = strcspn(a, " ");

                *arena_push(arena, actions, *count) = arena_strndup(arena, a, len);
                a += len + strspn(a + len, " ");
            }
    qsort(actions, *count, sizeof *actions, text_order);
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || strcmp(actions[kept - 1], actions[i]) != 0)
            actions[kept++] = actions[i];
    *count = kept;
    return actions;
}

/* `second` may be NULL. */
static cJSON *document(cJSON *statement, cJSON *second)
{
    cJSON *root = cJSON_CreateObject(), *list;

    (void)cJSON_AddStringToObject(root, "Version", "2012-10-17");
    list = cJSON_AddArrayToObject(root, "Statement");
    (void)cJSON_AddItemToArray(list, statement);
    if (second)
        (void)cJSON_AddItemToArray(list, second);
    return root;
}

static cJSON *root_permission(void)
{
    cJSON *statement = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(statement, "Sid", ROOT_SID);
    (void)cJSON_AddStringToObject(statement, "Effect", "Allow");
    (void)cJSON_AddStringToObject(statement, "Action", "sts:AssumeRoot");
    (void)cJSON_AddStringToObject(statement, "Resource", "*");
    (void)cJSON_AddStringToObject(
        cJSON_AddObjectToObject(cJSON_AddObjectToObject(statement, "Condition"), "StringLike"),
        "sts:TaskPolicyArn", ROOT_TASK);
    return statement;
}

static cJSON *permissions(const struct policy_args *args, const char *const *actions, size_t count)
{
    cJSON *statement = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(statement, "Sid", "ReportgenReads");
    (void)cJSON_AddStringToObject(statement, "Effect", "Allow");
    cJSON_AddItemToObject(statement, "Action", cJSON_CreateStringArray(actions, (int)count));
    (void)cJSON_AddStringToObject(statement, "Resource", "*");
    return document(statement, args->assume_root ? root_permission() : NULL);
}

static cJSON *trust(const struct policy_args *args)
{
    cJSON *statement = cJSON_CreateObject();

    (void)cJSON_AddStringToObject(statement, "Sid", "ReportgenEntry");
    (void)cJSON_AddStringToObject(statement, "Effect", "Allow");
    (void)cJSON_AddStringToObject(cJSON_AddObjectToObject(statement, "Principal"), "AWS",
                                  args->principal);
    (void)cJSON_AddStringToObject(statement, "Action", "sts:AssumeRole");
    if (args->external_id)
        (void)cJSON_AddStringToObject(
            cJSON_AddObjectToObject(cJSON_AddObjectToObject(statement, "Condition"),
                                    "StringEquals"),
            "sts:ExternalId", args->external_id);
    return document(statement, NULL);
}

static int write_json(const struct policy_args *args, const char *const *actions, size_t count,
                      struct strbuf *out, struct error *err)
{
    cleanup_json cJSON *root = cJSON_CreateObject();

    if (!args->principal)
        return fail(err, ERR_USAGE,
                    "--principal ARN: who may assume the role? --format cloudformation and "
                    "terraform can do without: there it is the account the role is made in");
    (void)cJSON_AddStringToObject(root, "RoleName", NAME);
    cJSON_AddItemToObject(root, "AssumeRolePolicyDocument", trust(args));
    (void)cJSON_AddStringToObject(root, "PolicyName", NAME);
    cJSON_AddItemToObject(root, "PolicyDocument", permissions(args, actions, count));
    return json_pretty(root, out, err);
}

static void write_cloudformation(const struct policy_args *args, const char *const *actions,
                                 size_t count, struct strbuf *out)
{
    strbuf_addstr(out, "AWSTemplateFormatVersion: \"2010-09-09\"\n"
                       "Description: The role that reportgen reads with. It changes nothing.\n"
                       "Resources:\n"
                       "  ReportgenRole:\n"
                       "    Type: AWS::IAM::Role\n"
                       "    Properties:\n"
                       "      RoleName: " NAME "\n"
                       "      AssumeRolePolicyDocument:\n"
                       "        Version: \"2012-10-17\"\n"
                       "        Statement:\n"
                       "          - Sid: ReportgenEntry\n"
                       "            Effect: Allow\n"
                       "            Principal:\n");
    if (args->principal)
        strbuf_addf(out, "              AWS: \"%s\"\n", args->principal);
    else
        strbuf_addstr(out, "              AWS: !Sub "
                           "\"arn:${AWS::Partition}:iam::${AWS::AccountId}:root\"\n");
    strbuf_addstr(out, "            Action: sts:AssumeRole\n");
    if (args->external_id)
        strbuf_addf(out,
                    "            Condition:\n"
                    "              StringEquals:\n"
                    "                sts:ExternalId: \"%s\"\n",
                    args->external_id);
    strbuf_addstr(out, "      Policies:\n"
                       "        - PolicyName: " NAME "\n"
                       "          PolicyDocument:\n"
                       "            Version: \"2012-10-17\"\n"
                       "            Statement:\n"
                       "              - Sid: ReportgenReads\n"
                       "                Effect: Allow\n"
                       "                Action:\n");
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "                  - %s\n", actions[i]);
    strbuf_addstr(out, "                Resource: \"*\"\n");
    if (args->assume_root)
        strbuf_addstr(out, "              - Sid: " ROOT_SID "\n"
                           "                Effect: Allow\n"
                           "                Action: sts:AssumeRoot\n"
                           "                Resource: \"*\"\n"
                           "                Condition:\n"
                           "                  StringLike:\n"
                           "                    sts:TaskPolicyArn: \"" ROOT_TASK "\"\n");
    strbuf_addstr(out, "Outputs:\n"
                       "  RoleArn:\n"
                       "    Value: !GetAtt ReportgenRole.Arn\n");
}

static void write_terraform(const struct policy_args *args, const char *const *actions,
                            size_t count, struct strbuf *out)
{
    if (!args->principal)
        strbuf_addstr(out, "data \"aws_partition\" \"current\" {}\n\n"
                           "data \"aws_caller_identity\" \"current\" {}\n\n");
    strbuf_addstr(out, "resource \"aws_iam_role\" \"reportgen\" {\n"
                       "  name = \"" NAME "\"\n"
                       "  assume_role_policy = jsonencode({\n"
                       "    Version = \"2012-10-17\"\n"
                       "    Statement = [{\n"
                       "      Sid       = \"ReportgenEntry\"\n"
                       "      Effect    = \"Allow\"\n");
    strbuf_addf(out, "      Principal = { AWS = \"%s\" }\n",
                args->principal ? args->principal
                                : "arn:${data.aws_partition.current.partition}:iam::"
                                  "${data.aws_caller_identity.current.account_id}:root");
    strbuf_addstr(out, "      Action    = \"sts:AssumeRole\"\n");
    if (args->external_id)
        strbuf_addf(out, "      Condition = { StringEquals = { \"sts:ExternalId\" = \"%s\" } }\n",
                    args->external_id);
    strbuf_addstr(out, "    }]\n"
                       "  })\n"
                       "}\n\n"
                       "resource \"aws_iam_role_policy\" \"reportgen\" {\n"
                       "  name = \"" NAME "\"\n"
                       "  role = aws_iam_role.reportgen.id\n"
                       "  policy = jsonencode({\n"
                       "    Version = \"2012-10-17\"\n"
                       "    Statement = [{\n"
                       "      Sid    = \"ReportgenReads\"\n"
                       "      Effect = \"Allow\"\n"
                       "      Action = [\n");
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "        \"%s\",\n", actions[i]);
    strbuf_addstr(out, "      ]\n"
                       "      Resource = \"*\"\n");
    if (args->assume_root)
        strbuf_addstr(out, "    }, {\n"
                           "      Sid       = \"" ROOT_SID "\"\n"
                           "      Effect    = \"Allow\"\n"
                           "      Action    = \"sts:AssumeRoot\"\n"
                           "      Resource  = \"*\"\n"
                           "      Condition = { StringLike = { \"sts:TaskPolicyArn\" = \"" ROOT_TASK
                           "\" } }\n");
    strbuf_addstr(out, "    }]\n"
                       "  })\n"
                       "}\n");
}

/* Both go into texts of three languages: only what AWS allows in them, which needs no quoting in
 * any (STS AssumeRole, ExternalId: [\w+=,.@:\/-]{2,1224}). */
static int check_text(const char *option, const char *text, struct error *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "_+=,.@:/-";
    struct arena arena = {0};

    if (!text ||
        (strlen(text) >= 2 && strlen(text) <= 1224 && strspn(text, allowed) == strlen(text)))
        return 0;
    (void)fail(err, ERR_USAGE, "--%s %s: expected 2 to 1224 letters, digits and _+=,.@:/-", option,
               text_shown(&arena, text));
    arena_free(&arena);
    return -1;
}

static int run_policy(const void *p, struct error *err)
{
    const struct policy_args *args = p;
    const char *format = args->format ? args->format : "json";
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    struct arena arena = {0};
    size_t count;
    const char **actions = all_actions(args, &arena, &count);
    int status = check_text("external-id", args->external_id, err);

    if (status == 0)
        status = check_text("principal", args->principal, err);
    if (status == 0 && strcmp(format, "cloudformation") == 0)
        write_cloudformation(args, actions, count, &out);
    else if (status == 0 && strcmp(format, "terraform") == 0)
        write_terraform(args, actions, count, &out);
    else if (status == 0)
        status = write_json(args, actions, count, &out, err);
    arena_free(&arena);
    if (status)
        return EXIT_OF_ERROR;
    fwrite(out.buf, 1, out.len, stdout);
    return 0;
}

const struct command cmd_policy = {
    .name = "policy",
    .arguments = "",
    .min_words = 0,
    .max_words = 0,
    .summary = "the least-privilege role that a scan needs",
    .details = "Prints a role with a trust policy and exactly the actions that the collectors use, "
               "without wildcards. Who scans several accounts needs it in each of them, and "
               "permission to assume it.",
    .options = options,
    .args_size = sizeof(struct policy_args),
    .run = run_policy,
};
