/* frameworks.c - which requirement of which catalogue a check supports.
 *
 * A row says «supports», never «complies». Numbers of CIS AWS Foundations differ by version. */
#include <string.h>

#include "checks/check.h"

/* To map a check: rows here, together, in this order of frameworks. */
static const struct framework_row rows[] = {
    {"iam.root_mfa_enabled", "CIS AWS 1.2", "1.13"},
    {"iam.root_mfa_enabled", "CIS AWS 1.4", "1.5"},
    {"iam.root_mfa_enabled", "CIS AWS 1.5", "1.5"},
    {"iam.root_mfa_enabled", "CIS AWS 2.0", "1.5"},
    {"iam.root_mfa_enabled", "CIS AWS 3.0", "1.5"},
    {"iam.root_mfa_enabled", "CIS AWS 4.0", "1.5"},
    {"iam.root_mfa_enabled", "CIS AWS 5.0", "1.4"},
    {"iam.root_mfa_enabled", "CIS AWS 6.0", "2.4"},
    {"iam.root_mfa_enabled", "CIS AWS 7.0", "2.5"},
    {"iam.root_mfa_enabled", "FSBP", "IAM.9"},
    {"iam.root_mfa_enabled", "NIST 800-53r5", "IA-2(1)"},
    {"iam.root_mfa_enabled", "PCI DSS 4.0.1", "8.4.1"},
    {"iam.root_mfa_enabled", "PCI DSS 4.0.1", "8.4.2"},
    {"iam.root_mfa_enabled", "ISO 27001:2022", "A.8.5"},
    {"iam.root_mfa_enabled", "SOC 2", "CC6.1"},
    {"iam.root_mfa_enabled", "SOC 2", "CC6.6"},
    {"iam.root_mfa_hardware", "CIS AWS 1.2", "1.14"},
    {"iam.root_mfa_hardware", "CIS AWS 1.4", "1.6"},
    {"iam.root_mfa_hardware", "CIS AWS 1.5", "1.6"},
    {"iam.root_mfa_hardware", "CIS AWS 2.0", "1.6"},
    {"iam.root_mfa_hardware", "CIS AWS 3.0", "1.6"},
    {"iam.root_mfa_hardware", "CIS AWS 4.0", "1.6"},
    {"iam.root_mfa_hardware", "CIS AWS 5.0", "1.5"},
    {"iam.root_mfa_hardware", "CIS AWS 6.0", "2.5"},
    {"iam.root_mfa_hardware", "CIS AWS 7.0", "2.6"},
    {"iam.root_mfa_hardware", "FSBP", "IAM.6"},
    {"iam.root_mfa_hardware", "NIST 800-53r5", "IA-2(1)"},
    {"iam.root_mfa_hardware", "NIST 800-53r5", "IA-2(8)"},
    {"iam.root_mfa_hardware", "PCI DSS 4.0.1", "8.5.1"},
    {"iam.root_mfa_hardware", "ISO 27001:2022", "A.8.5"},
    {"iam.root_mfa_hardware", "SOC 2", "CC6.6"},
    {"iam.root_access_keys_absent", "CIS AWS 1.2", "1.12"},
    {"iam.root_access_keys_absent", "CIS AWS 1.4", "1.4"},
    {"iam.root_access_keys_absent", "CIS AWS 1.5", "1.4"},
    {"iam.root_access_keys_absent", "CIS AWS 2.0", "1.4"},
    {"iam.root_access_keys_absent", "CIS AWS 3.0", "1.4"},
    {"iam.root_access_keys_absent", "CIS AWS 4.0", "1.4"},
    {"iam.root_access_keys_absent", "CIS AWS 5.0", "1.3"},
    {"iam.root_access_keys_absent", "CIS AWS 6.0", "2.3"},
    {"iam.root_access_keys_absent", "CIS AWS 7.0", "2.4"},
    {"iam.root_access_keys_absent", "FSBP", "IAM.4"},
    {"iam.root_access_keys_absent", "NIST 800-53r5", "AC-6"},
    {"iam.root_access_keys_absent", "PCI DSS 4.0.1", "7.2.5"},
    {"iam.root_access_keys_absent", "PCI DSS 4.0.1", "8.6.1"},
    {"iam.root_access_keys_absent", "ISO 27001:2022", "A.5.15"},
    {"iam.root_access_keys_absent", "ISO 27001:2022", "A.8.2"},
    {"iam.root_access_keys_absent", "SOC 2", "CC6.1"},
    {"iam.root_access_keys_absent", "SOC 2", "CC6.3"},
    {"iam.admin_users_mfa", "NIST 800-53r5", "IA-2(1)"},
    {"iam.admin_users_mfa", "NIST 800-53r5", "AC-6"},
    {"iam.admin_users_mfa", "PCI DSS 4.0.1", "8.4.1"},
    {"iam.admin_users_mfa", "ISO 27001:2022", "A.8.2"},
    {"iam.admin_users_mfa", "ISO 27001:2022", "A.8.5"},
    {"iam.admin_users_mfa", "SOC 2", "CC6.1"},
    {"iam.admin_users_mfa", "SOC 2", "CC6.6"},
    {"iam.admin_users_mfa_phishing_resistant", "NIST 800-53r5", "IA-2(1)"},
    {"iam.admin_users_mfa_phishing_resistant", "NIST 800-53r5", "IA-2(8)"},
    {"iam.admin_users_mfa_phishing_resistant", "PCI DSS 4.0.1", "8.5.1"},
    {"iam.admin_users_mfa_phishing_resistant", "ISO 27001:2022", "A.8.2"},
    {"iam.admin_users_mfa_phishing_resistant", "ISO 27001:2022", "A.8.5"},
    {"iam.users_without_mfa", "CIS AWS 1.2", "1.2"},
    {"iam.users_without_mfa", "CIS AWS 1.4", "1.10"},
    {"iam.users_without_mfa", "CIS AWS 1.5", "1.10"},
    {"iam.users_without_mfa", "CIS AWS 2.0", "1.10"},
    {"iam.users_without_mfa", "CIS AWS 3.0", "1.10"},
    {"iam.users_without_mfa", "CIS AWS 4.0", "1.10"},
    {"iam.users_without_mfa", "CIS AWS 5.0", "1.9"},
    {"iam.users_without_mfa", "CIS AWS 6.0", "2.9"},
    {"iam.users_without_mfa", "CIS AWS 7.0", "2.10"},
    {"iam.users_without_mfa", "FSBP", "IAM.5"},
    {"iam.users_without_mfa", "NIST 800-53r5", "IA-2(2)"},
    {"iam.users_without_mfa", "PCI DSS 4.0.1", "8.4.2"},
    {"iam.users_without_mfa", "PCI DSS 4.0.1", "8.4.3"},
    {"iam.users_without_mfa", "ISO 27001:2022", "A.5.17"},
    {"iam.users_without_mfa", "ISO 27001:2022", "A.8.5"},
    {"iam.users_without_mfa", "SOC 2", "CC6.1"},
    {"iam.users_without_mfa", "SOC 2", "CC6.6"},
    {"iam.users_mfa_phishing_resistant", "NIST 800-53r5", "IA-2(8)"},
    {"iam.users_mfa_phishing_resistant", "PCI DSS 4.0.1", "8.5.1"},
    {"iam.users_mfa_phishing_resistant", "ISO 27001:2022", "A.8.5"},
    {"iam.mfa_devices_orphaned", "ISO 27001:2022", "A.5.16"},
    {"iam.mfa_devices_orphaned", "ISO 27001:2022", "A.5.18"},
    {"iam.mfa_devices_orphaned", "SOC 2", "CC6.2"},
    {"iam.mfa_enforcement_strategy", "NIST 800-53r5", "IA-2(1)"},
    {"iam.mfa_enforcement_strategy", "NIST 800-53r5", "IA-2(2)"},
    {"iam.mfa_enforcement_strategy", "PCI DSS 4.0.1", "8.4.1"},
    {"iam.mfa_enforcement_strategy", "PCI DSS 4.0.1", "8.4.2"},
    {"iam.mfa_enforcement_strategy", "ISO 27001:2022", "A.5.15"},
    {"iam.mfa_enforcement_strategy", "ISO 27001:2022", "A.8.5"},
    {"iam.mfa_enforcement_strategy", "SOC 2", "CC6.1"},
    {"iam.mfa_enforcement_strategy", "SOC 2", "CC6.6"},
};

const struct framework_row *framework_rows(const char *check, size_t *count)
{
    const struct framework_row *first = NULL;

    *count = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].check, check) != 0)
            continue;
        if (!first)
            first = &rows[i];
        ++*count;
    }
    return first;
}
