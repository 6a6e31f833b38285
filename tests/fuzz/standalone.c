/* standalone.c - replays files and directories through a fuzz target, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each input gets memory of exactly its own size, so that a sanitizer sees a read past its end. */
static int replay_file(const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "rb");

    if (!f || fstat(fileno(f), &st) != 0) {
        perror(path);
        return -1;
    }

    size_t size = (size_t)st.st_size;
    uint8_t *data = malloc(size + (size == 0));
    int status = -1;

    if (data && fread(data, 1, size, f) == size) {
        fprintf(stderr, "%s\n", path);
        status = LLVMFuzzerTestOneInput(data, size) < 0 ? -1 : 0;
    } else {
        perror(path);
    }
    free(data);
    fclose(f);
    return status;
}

static int replay_directory(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0, status = 0;

    if (!dir) {
        perror(path);
        return -1;
    }
    for (struct dirent *entry; (entry = readdir(dir));) {
        char file[4096];

        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(file, sizeof file, "%s/%s", path, entry->d_name) >= (int)sizeof file ||
            replay_file(file) != 0)
            status = -1;
        count++;
    }
    closedir(dir);
    if (count == 0)
        fprintf(stderr, "%s: no input there\n", path);
    return count > 0 ? status : -1;
}

int main(int argc, char **argv)
{
    int status = argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;

    for (int i = 1; i < argc; i++) {
        struct stat st;
        int is_directory = stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode);

        if ((is_directory ? replay_directory(argv[i]) : replay_file(argv[i])) != 0)
            status = EXIT_FAILURE;
    }
    return status;
}
