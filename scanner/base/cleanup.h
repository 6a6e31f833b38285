/* cleanup.h - release a foreign handle when its variable leaves scope.
 *
 *     DEFINE_CLEANUP(cleanup_pkey_, EVP_PKEY *, EVP_PKEY_free)
 *     #define cleanup_pkey CLEANUP(cleanup_pkey_)
 *     ...
 *     cleanup_pkey EVP_PKEY *key = NULL; */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdio.h>
#include <unistd.h>

#define CLEANUP(name) __attribute__((cleanup(name)))
#define DEFINE_CLEANUP(name, type, release) \
    static inline void name(type *p)        \
    {                                       \
        if (*p)                             \
            release(*p);                    \
    }

static inline void cleanup_file_(FILE **f)
{
    if (*f)
        (void)fclose(*f); /* reading only; writers use file_write() */
}
#define cleanup_file CLEANUP(cleanup_file_)

static inline void cleanup_fd_(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}
#define cleanup_fd CLEANUP(cleanup_fd_)

#endif
