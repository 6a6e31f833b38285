/* privilege.c - the table of privileges. */
#include "policy/privilege.h"

#include <string.h>

/* clang-format off */
#define ONE(kind, action, resource) {PRIVILEGE_##kind, {action}, resource, false, false}
#define ON_ALL(kind, action)        {PRIVILEGE_##kind, {action}, NULL, false, true}
#define OTHERS(kind, action)        {PRIVILEGE_##kind, {action}, "user/*", true, false}
#define PASS(...)  {PRIVILEGE_PASS_ROLE, {"iam:passrole", __VA_ARGS__}, "role/*", false, false}
#define REUSE(...) {PRIVILEGE_REUSE, {__VA_ARGS__}, NULL, false, false}
/* clang-format on */

/* To add a privilege: a row. */
static const struct privilege privileges[] = {
    ON_ALL(ADMINISTRATOR, "*:*"),
    {PRIVILEGE_ADMINISTRATOR, {"iam:*"}, "*", false, true},
    ONE(ESCALATION, "iam:createpolicyversion", "policy/*"),
    ONE(ESCALATION, "iam:setdefaultpolicyversion", "policy/*"),
    ONE(ESCALATION, "iam:attachuserpolicy", "user/*"),
    ONE(ESCALATION, "iam:attachgrouppolicy", "group/*"),
    ONE(ESCALATION, "iam:attachrolepolicy", "role/*"),
    ONE(ESCALATION, "iam:putuserpolicy", "user/*"),
    ONE(ESCALATION, "iam:putgrouppolicy", "group/*"),
    ONE(ESCALATION, "iam:putrolepolicy", "role/*"),
    ONE(ESCALATION, "iam:addusertogroup", "group/*"),
    ONE(ESCALATION, "iam:updateassumerolepolicy", "role/*"),
    OTHERS(ESCALATION, "iam:createaccesskey"),
    OTHERS(ESCALATION, "iam:createloginprofile"),
    OTHERS(ESCALATION, "iam:updateloginprofile"),
    ONE(ESCALATION, "iam:deleteuserpermissionsboundary", "user/*"),
    ONE(ESCALATION, "iam:deleterolepermissionsboundary", "role/*"),
    ONE(ESCALATION, "iam:putuserpermissionsboundary", "user/*"),
    ONE(ESCALATION, "iam:putrolepermissionsboundary", "role/*"),
    OTHERS(ESCALATION, "iam:createservicespecificcredential"),
    {PRIVILEGE_ESCALATION, {"sts:assumerole"}, "role/*", false, true},
    ONE(MFA_CONTROL, "iam:deactivatemfadevice", "user/*"),
    ONE(MFA_CONTROL, "iam:deletevirtualmfadevice", "mfa/*"),
    OTHERS(MFA_CONTROL, "iam:enablemfadevice"),
    OTHERS(MFA_CONTROL, "iam:resyncmfadevice"),
    ONE(MFA_CONTROL, "iam:createsamlprovider", "saml-provider/*"),
    ONE(MFA_CONTROL, "iam:updatesamlprovider", "saml-provider/*"),
    ONE(MFA_CONTROL, "iam:createopenidconnectprovider", "oidc-provider/*"),
    ONE(MFA_CONTROL, "iam:addclientidtoopenidconnectprovider", "oidc-provider/*"),
    ON_ALL(MFA_CONTROL, "iam:updateaccountpasswordpolicy"),
    ONE(MFA_CONTROL, "organizations:detachpolicy", NULL),
    ONE(MFA_CONTROL, "organizations:updatepolicy", NULL),
    ONE(MFA_CONTROL, "organizations:disablepolicytype", NULL),
    ON_ALL(MFA_CONTROL, "organizations:leaveorganization"),
    ON_ALL(MFA_CONTROL, "iam:disableorganizationsrootcredentialsmanagement"),
    ON_ALL(MFA_CONTROL, "iam:disableorganizationsrootsessions"),
    ON_ALL(MFA_CONTROL, "sso:putmfadevicemanagementfordirectory"),
    ON_ALL(MFA_CONTROL, "sso-directory:deletemfadeviceforuser"),
    ONE(MFA_CONTROL, "sso:createaccountassignment", NULL),
    ONE(MFA_CONTROL, "sso:putinlinepolicytopermissionset", NULL),
    ONE(MFA_CONTROL, "sso:attachmanagedpolicytopermissionset", NULL),
    ONE(MFA_CONTROL, "cloudtrail:stoplogging", NULL),
    ONE(MFA_CONTROL, "cloudtrail:deletetrail", NULL),
    PASS("ec2:runinstances"),
    PASS("ec2:requestspotinstances"),
    PASS("lambda:createfunction", "lambda:invokefunction"),
    PASS("lambda:createfunction", "lambda:createeventsourcemapping"),
    PASS("lambda:createfunction", "lambda:addpermission"),
    PASS("glue:createdevendpoint"),
    PASS("glue:createjob", "glue:startjobrun"),
    PASS("glue:createjob", "glue:createtrigger"),
    PASS("glue:updatejob", "glue:startjobrun"),
    PASS("glue:updatejob", "glue:createtrigger"),
    PASS("cloudformation:createstack"),
    PASS("cloudformation:createstackset"),
    PASS("cloudformation:updatestackset"),
    PASS("codebuild:createproject", "codebuild:startbuild"),
    PASS("codebuild:createproject", "codebuild:startbuildbatch"),
    PASS("autoscaling:createautoscalinggroup", "autoscaling:createlaunchconfiguration"),
    PASS("autoscaling:updateautoscalinggroup", "autoscaling:createlaunchconfiguration"),
    PASS("ecs:registertaskdefinition", "ecs:runtask"),
    PASS("ecs:registertaskdefinition", "ecs:starttask"),
    PASS("ecs:registertaskdefinition", "ecs:createservice"),
    PASS("sagemaker:createnotebookinstance"),
    PASS("sagemaker:createtrainingjob"),
    PASS("sagemaker:createprocessingjob"),
    PASS("datapipeline:createpipeline", "datapipeline:putpipelinedefinition"),
    PASS("apprunner:createservice"),
    PASS("bedrock-agentcore:createcodeinterpreter"),
    REUSE("lambda:updatefunctioncode"),
    REUSE("lambda:updatefunctionconfiguration"),
    REUSE("glue:updatedevendpoint"),
    REUSE("cloudformation:updatestack"),
    REUSE("cloudformation:createchangeset", "cloudformation:executechangeset"),
    REUSE("ssm:sendcommand"),
    REUSE("ssm:startsession"),
    REUSE("ec2-instance-connect:sendsshpublickey"),
    REUSE("ec2:modifyinstanceattribute", "ec2:stopinstances", "ec2:startinstances"),
    REUSE("ecs:executecommand"),
    REUSE("sagemaker:createpresignednotebookinstanceurl"),
    REUSE("codebuild:startbuild"),
    REUSE("apprunner:updateservice"),
};

const struct privilege *privilege_at(size_t i)
{
    return &privileges[i];
}

size_t privilege_count(void)
{
    return sizeof privileges / sizeof *privileges;
}

const char *privilege_kind_name(enum privilege_kind kind)
{
    static const char *const names[] = {"administrator",    "privilege escalation",
                                        "MFA control",      "passing a role",
                                        "reuse of compute", "named in the settings"};

    return names[kind];
}

/* Longer than an action's name may be (128), so that no row of `?` is as long either. */
#define UNNAMED_8 "\002\002\002\002\002\002\002\002"
#define UNNAMED_32 UNNAMED_8 UNNAMED_8 UNNAMED_8 UNNAMED_8
#define UNNAMED UNNAMED_32 UNNAMED_32 UNNAMED_32 UNNAMED_32 UNNAMED_8

const char *privilege_witness(const char *action)
{
    if (strcmp(action, "*:*") == 0)
        return UNNAMED ":" UNNAMED;
    return strcmp(action, "iam:*") == 0 ? "iam:" UNNAMED : action;
}

const char *const enrolment_actions[] = {
    "iam:createvirtualmfadevice",   "iam:enablemfadevice",
    "iam:resyncmfadevice",          "iam:changepassword",
    "iam:getaccountpasswordpolicy", "iam:getuser",
    "iam:listmfadevices",           "iam:listvirtualmfadevices",
    "sts:getsessiontoken",          NULL,
};

bool is_enrolment_action(const char *action)
{
    for (size_t i = 0; enrolment_actions[i]; i++)
        if (strcmp(enrolment_actions[i], action) == 0)
            return true;
    return false;
}
