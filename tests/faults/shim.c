/* Faults for a dynamically linked program: LD_PRELOAD=shim.so SHIM=FAULT,FAULT...
 *
 *   fail:CALL:N:ERRNO   the Nth CALL (0: every one) is not done and fails
 *   lie:CALL:N:ERRNO    it is done, and reported as failed: what an NFS client may do
 *   short:BYTES         no write to a file takes more than so many bytes
 *   time:SECONDS        the clock stands still
 *   same:1              random numbers are all the same
 *
 * CALL: tmpfile (open with O_TMPFILE), link, rename, fsync, close (of a regular file). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum call { TMPFILE, LINK, RENAME, FSYNC, CLOSE, CALLS };
static const char* const names[CALLS] = {"tmpfile", "link", "rename", "fsync", "close"};

/* Find "WORD:" in SHIM from *position on; what follows it, or NULL. */
static const char* next_fault(const char** position, const char* word)
{
    while (*position != NULL && **position != '\0') {
        const char* fault = *position;
        const char* comma = strchr(fault, ',');
        *position = comma ? comma + 1 : NULL;
        if (strncmp(fault, word, strlen(word)) == 0 && fault[strlen(word)] == ':')
            return fault + strlen(word) + 1;
    }
    return NULL;
}

/* The errno value that a fault of this kind orders for this call, or 0. */
static int ordered(const char* kind, enum call call, int count)
{
    const char* position = getenv("SHIM");
    const char* fault;
    while ((fault = next_fault(&position, kind)) != NULL) {
        char name[16];
        int wanted, error;
        if (sscanf(fault, "%15[^:]:%d:%d", name, &wanted, &error) == 3 &&
            strcmp(name, names[call]) == 0 && (wanted == 0 || wanted == count))
            return error;
    }
    return 0;
}

static long number(const char* kind)
{
    const char* position = getenv("SHIM");
    const char* fault = next_fault(&position, kind);
    return fault ? atol(fault) : 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Do the call, or not, and tell the truth, or not. */
#define WITH_FAULTS(call, expression)                                                              \
    do {                                                                                           \
        static int count;                                                                          \
        ++count;                                                                                   \
        const int failing = ordered("fail", call, count);                                          \
        const int result = failing ? -1 : (expression);                                            \
        const int lying = ordered("lie", call, count);                                             \
        if (!failing && !lying) return result;                                                     \
        errno = failing ? failing : lying;                                                         \
        return -1;                                                                                 \
    } while (0)

static int is_regular(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

static int open_tmpfile(int directory, const char* path, int flags, mode_t mode)
{
    WITH_FAULTS(TMPFILE, REAL(openat)(directory, path, flags, mode));
}

int openat(int directory, const char* path, int flags, ...)
{
    const int unnamed = (flags & O_TMPFILE) == O_TMPFILE;
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = unnamed || (flags & O_CREAT) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (unnamed) return open_tmpfile(directory, path, flags, mode);
    return REAL(openat)(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) __attribute__((alias("openat")));

int linkat(int from_dir, const char* from, int to_dir, const char* to, int flags)
{
    WITH_FAULTS(LINK, REAL(linkat)(from_dir, from, to_dir, to, flags));
}

int renameat2(int from_dir, const char* from, int to_dir, const char* to, unsigned flags)
{
    WITH_FAULTS(RENAME, REAL(renameat2)(from_dir, from, to_dir, to, flags));
}

int fsync(int fd)
{
    WITH_FAULTS(FSYNC, REAL(fsync)(fd));
}

static int close_file(int fd)
{
    WITH_FAULTS(CLOSE, REAL(close)(fd));
}

int close(int fd)
{
    return is_regular(fd) ? close_file(fd) : REAL(close)(fd);
}

ssize_t write(int fd, const void* bytes, size_t size)
{
    const size_t limit = (size_t)number("short");
    return REAL(write)(fd, bytes, limit != 0 && size > limit && is_regular(fd) ? limit : size);
}

int clock_gettime(clockid_t clock, struct timespec* now)
{
    const long frozen = number("time");
    if (frozen == 0 || clock != CLOCK_REALTIME) return REAL(clock_gettime)(clock, now);
    now->tv_sec = frozen;
    now->tv_nsec = 123456000;
    return 0;
}

ssize_t getrandom(void* buffer, size_t size, unsigned flags)
{
    if (!number("same")) return REAL(getrandom)(buffer, size, flags);
    memset(buffer, 1, size);
    return (ssize_t)size;
}
