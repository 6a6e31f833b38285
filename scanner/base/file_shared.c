/* file_shared.c - memory that a process shares with its workers. */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

void *file_share_memory(size_t size, struct error *err)
{
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    void *shared = MAP_FAILED;

    if (zero >= 0) {
        shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0);
        (void)close(zero);
    }
    if (shared != MAP_FAILED)
        return shared;
    (void)fail_errno(err, ERR_IO, "/dev/zero: no memory to share with workers");
    return NULL;
}

void file_unshare_memory(void *shared, size_t size)
{
    if (shared)
        (void)munmap(shared, size);
}
