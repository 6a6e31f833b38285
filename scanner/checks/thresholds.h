/* thresholds.h - the numbers that checks compare with: the catalogue's defaults, to be replaced by
 * reportgen.yaml's (one member of the settings for each). Everything is in seconds unless said
 * otherwise, and judged at the snapshot's own time. */
#ifndef CHECKS_THRESHOLDS_H
#define CHECKS_THRESHOLDS_H

#define SECONDS_PER_DAY 86400L

#define CONSOLE_UNUSED_DAYS 45L
#define ONBOARDING_DAYS 7L
#define KEY_AGE_DAYS 90L
#define REPORT_AGE_MOST (4 * 3600L)
#define SCAN_AGE_DAYS 7L
#define PASSWORD_LENGTH_LEAST 14L
#define PASSWORD_REUSE_LEAST 24L

#endif
