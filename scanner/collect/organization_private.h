/* organization_private.h - what the collectors of the organisation's tree and policies share. */
#ifndef COLLECT_ORGANIZATION_PRIVATE_H
#define COLLECT_ORGANIZATION_PRIVATE_H

#include "collect/collect.h"
#include "collect/json_list.h"
#include "model/organization.h"

#define NOT_IN_USE "AWSOrganizationsNotInUseException"

/* The organisation to fill; NULL when DescribeOrganization said that there is none: then that
 * answer settles `fills` too, and nothing is asked. */
struct organization *organization_of(struct collection *c, enum data_set fills);

/* Does an ARN of Organizations belong to this organisation, or to AWS itself? ERR_FORMAT when not.
 * What DescribeOrganization did not tell is not compared. */
int organization_owns(const struct model *m, const char *arn, struct error *err);

#endif
