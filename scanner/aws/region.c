/* region.c - the table of sign-in regions. */
#include "aws/region.h"

#include <string.h>

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
