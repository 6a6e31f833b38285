/* limits.h - every bound on input from outside, in one place. Bytes unless said otherwise.
 * AWS's own sizes: facts in the AWS service quotas; ours leave room above them. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#define MIB ((size_t)1024 * 1024)

#define LIMIT_ANSWER_BYTES (64 * MIB)      /* one page of one AWS answer */
#define LIMIT_PAGES 20000                  /* pages of one query */
#define LIMIT_SNAPSHOT_BYTES (256 * MIB)   /* snapshot.json */
#define LIMIT_JSON_BYTES (512 * MIB)       /* findings.json, report.json, read into memory */
#define LIMIT_WRITTEN_BYTES (SIZE_MAX / 2) /* the same, written piece by piece */
#define LIMIT_JSON_DEPTH 64                /* nested arrays and objects */
#define LIMIT_XML_DEPTH 32                 /* nested elements; real answers need 11 */
#define LIMIT_XML_TEXT (48 * MIB)          /* text of one element (the credential report) */
#define LIMIT_XML_NAME 128                 /* one element name */
#define LIMIT_XML_KINDS 256                /* different names among the children of one element */
#define LIMIT_REPORT_AGE (24 * 3600L)      /* seconds; AWS renews a report after 4 hours */
#define LIMIT_REPORT_AHEAD 300L            /* seconds that AWS's clock may be ahead of ours */
#define LIMIT_SIMULATED 100                /* users of an account asked about by --simulate */
#define LIMIT_SIMULATED_NAMES 1000 /* keys, or statements, in one decision of AWS's simulator */
#define LIMIT_REGIONS 64           /* AWS has fewer */
#define LIMIT_CSV_COLUMNS 256
#define LIMIT_CSV_ROWS 1000000
#define LIMIT_POLICY_BYTES (1 * MIB)      /* AWS documents 131,072; 152 KB was seen */
#define LIMIT_EVENT_BYTES (1 * MIB)       /* one CloudTrail record; AWS ends at 256 KB */
#define LIMIT_TRAIL_BYTES (512 * MIB)     /* one CloudTrail log file, unpacked */
#define LIMIT_TRAIL_DIGEST (64 * MIB)     /* one CloudTrail digest file, unpacked */
#define LIMIT_TRAIL_NAMED 2000000         /* log files that all digests of an account name */
#define LIMIT_SIGNATURE_BYTES 1024        /* RSA with 8192 bits */
#define LIMIT_PUBLIC_KEYS 10000           /* of CloudTrail; AWS changes them every few weeks */
#define LIMIT_TRAIL_FILES 1000000         /* one every five minutes for each region */
#define LIMIT_EVENTS 1000000              /* events kept of one account */
#define LIMIT_UNITS 20000                 /* organizational units; AWS's quota is 1,000 or more */
#define LIMIT_ACCOUNTS 200000             /* of an organisation; AWS's quota is 10,000 */
#define LIMIT_ORGANIZATION_POLICIES 20000 /* SCPs, or RCPs; AWS's quota is 1,000 */
#define LIMIT_ATTACHMENTS 4000000         /* of SCPs, or RCPs, to nodes */
#define LIMIT_NAME_BYTES 4096             /* any one name, ARN or id kept from an answer */
#define LIMIT_PATH 4096                   /* file names we build */
#define LIMIT_YAML_BYTES (4 * MIB)        /* one file of ours in YAML */
#define LIMIT_YAML_DEPTH 16               /* nested lists and maps; ours need 5 */
#define LIMIT_YAML_NODES 200000           /* values of one file */
#define LIMIT_TAGGED_DEPTH 64             /* nested lists and maps of a file that may have tags */
#define LIMIT_YAML_KEYS 512               /* of one map */
#define LIMIT_YAML_TEXT 65536             /* one text */
#define LIMIT_LINT_BYTES (64 * MIB)       /* a policy, template or plan to lint */
#define LIMIT_TEMPLATE_RESOURCES 2000     /* or conditions; CloudFormation's quota is 500 */
#define LIMIT_MADE_TEXT 16384             /* what Fn::Sub or Fn::Join gives */
#define LIMIT_MADE_TEXTS (32 * MIB)       /* what all functions of a template give */
#define LIMIT_LINT_PAPERS 10000           /* policy documents in it, and attachments of them */
#define LIMIT_TRUST_BYTES 65536           /* a trust policy to lint; AWS ends at some KB */
#define LIMIT_POINTER_BYTES (1 * MIB)     /* one JSON Pointer that we build */
#define LIMIT_INPUT_BYTES (4 * MIB)       /* people.csv, and those in YAML */
#define LIMIT_ATTESTED_BYTES (64 * MIB)   /* a file that bears an attestation out */
#define LIMIT_ATTESTATIONS 1000
#define LIMIT_ENVELOPE_BYTES (256 * MIB) /* evidence.dsse.json */
#define LIMIT_KEY_BYTES 65536            /* PEM key files */
#define LIMIT_PACK_FILES 1000000
#define LIMIT_DOCUMENT_BYTES (512 * MIB) /* one rendered document */
#define LIMIT_TEMPLATE_BYTES (4 * MIB)
#define LIMIT_TEMPLATE_DEPTH 32     /* nested sections and partials */
#define LIMIT_TEMPLATE_PARTIALS 256 /* template files of one rendering */
#define LIMIT_TEMPLATE_STEPS \
    20000000                  /* nodes of one rendering; a million findings take 15 million */
#define LIMIT_VALUE_SHOWN 300 /* bytes of one outside value quoted in a message */

#endif
