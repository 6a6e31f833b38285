/* region.c - the tables of sign-in regions and of parts of the world. */
#include "aws/region.h"

#include <string.h>

#include "aws/endpoint.h"

/* To add a partition or a region: a row. */
static const struct {
    const char *partition, *region;
} sign_in_regions[] = {
    {"aws", "us-east-1"},
    {"aws", "us-east-2"},
    {"aws", "eu-north-1"},
    {"aws", "ap-southeast-2"},
    {"aws-us-gov", "us-gov-west-1"},
    {"aws-us-gov", "us-gov-east-1"},
    {"aws-cn", "cn-north-1"},
    {"aws-cn", "cn-northwest-1"},
    {"aws-eusc", "eusc-de-east-1"},
    {"aws-iso", "us-iso-east-1"},
    {"aws-iso-b", "us-isob-east-1"},
    {"aws-iso-e", "eu-isoe-west-1"},
    {"aws-iso-f", "us-isof-south-1"},
};

const char *region_of_sign_in(const char *partition, size_t index)
{
    for (size_t i = 0; i < sizeof sign_in_regions / sizeof *sign_in_regions; i++)
        if (strcmp(sign_in_regions[i].partition, partition) == 0 && index-- == 0)
            return sign_in_regions[i].region;
    return NULL;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

bool region_has_form(const char *name)
{
    size_t first = strspn(name, LETTERS), words = 0, digits;

    if (first < 2 || first > 4 || name[first] != '-')
        return false;
    name += first + 1;
    for (size_t len; (len = strspn(name, LETTERS)) > 0 && name[len] == '-'; words++)
        name += len + 1;
    digits = strspn(name, "0123456789");
    return words > 0 && (digits == 1 || digits == 2) && !name[digits];
}

/* How the regions of partition aws begin (AWS's partitions.json, regionRegex). To add one: a row.
 */
static const char *const parts_of_the_world[] = {"us-", "eu-", "ap-", "sa-", "ca-",
                                                 "me-", "af-", "il-", "mx-"};

bool region_is_familiar(const char *name)
{
    if (strcmp(partition_of_region(name)->name, "aws") != 0)
        return true;
    for (size_t i = 0; i < sizeof parts_of_the_world / sizeof *parts_of_the_world; i++)
        if (strncmp(name, parts_of_the_world[i], 3) == 0)
            return true;
    return false;
}
