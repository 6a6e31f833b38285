/* thresholds.h - the numbers that checks compare with and that are not for a person to set: their
 * checks name them, or a benchmark does. The others are in the settings (model/settings.h). */
#ifndef CHECKS_THRESHOLDS_H
#define CHECKS_THRESHOLDS_H

#define SECONDS_PER_DAY 86400L

#define KEY_AGE_DAYS 90L
#define PASSWORD_LENGTH_LEAST 14L
#define PASSWORD_REUSE_LEAST 24L

#endif
