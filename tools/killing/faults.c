/* Loaded with LD_PRELOAD by tools/killing/faults.py: lets one call that writes, or every one from there on, fail, or ends
   the process there. Counted are calls on regular files and folders below a path; a process ends at sockets, too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define KILL (-1)

static char below[PATH_MAX];
static long at, seen, lasts;
static int code, armed;

/* Arm: the call number `number` (from 1; 0 counts only) fails with `error`, and with `forever` each one after it. */
void mailspec_arm(const char *path, long number, int error, int forever) {
    snprintf(below, sizeof below, "%s", path);
    at = number, code = error, lasts = forever, seen = 0, armed = 1;
}

long mailspec_disarm(void) {
    armed = 0;
    return seen;
}

static int fails(void) {
    seen++;
    if (!at || (lasts ? seen < at : seen != at))
        return 0;
    if (code == KILL)
        _exit(137);
    errno = code;
    return 1;
}

static int inside(const char *path) {
    return armed && path && !strncmp(path, below, strlen(below));
}

static int of(int fd) {
    struct stat status;
    char link[64], path[PATH_MAX];
    int before = errno;
    if (!armed)
        return 0;
    if (fstat(fd, &status)) {
        errno = before;
        return 0;
    }
    /* A socket that still stands never fails so: libpq would wait for what the server says of the end. */
    if (S_ISSOCK(status.st_mode))
        return code == KILL;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return 0;
    path[length] = 0;
    return inside(path);
}

#define REAL(type, name, ...)                                  \
    static type (*real)(__VA_ARGS__);                          \
    if (!real)                                                 \
        real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

#define ON_FD(type, name, parameters, ...)                     \
    type name parameters {                                     \
        static type(*real) parameters;                         \
        if (!real)                                             \
            real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (of(fd) && fails())                                 \
            return -1;                                         \
        return real(__VA_ARGS__);                              \
    }

#define ON_PATH(type, name, parameters, ...)                   \
    type name parameters {                                     \
        static type(*real) parameters;                         \
        if (!real)                                             \
            real = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
        if (inside(path) && fails())                           \
            return -1;                                         \
        return real(__VA_ARGS__);                              \
    }

ON_FD(ssize_t, write, (int fd, const void *data, size_t size), fd, data, size)
ON_FD(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t where), fd, data, size, where)
ON_FD(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t where), fd, data, size, where)
ON_FD(ssize_t, writev, (int fd, const struct iovec *parts, int count), fd, parts, count)
ON_FD(ssize_t, send, (int fd, const void *data, size_t size, int flags), fd, data, size, flags)
ON_FD(ssize_t, sendto,
      (int fd, const void *data, size_t size, int flags, const struct sockaddr *to, socklen_t length),
      fd, data, size, flags, to, length)
ON_FD(int, fsync, (int fd), fd)
ON_FD(int, fdatasync, (int fd), fd)
ON_FD(int, ftruncate, (int fd, off_t size), fd, size)
ON_FD(int, ftruncate64, (int fd, off64_t size), fd, size)
ON_FD(int, fchmod, (int fd, mode_t mode), fd, mode)
ON_FD(int, fchown, (int fd, uid_t user, gid_t group), fd, user, group)
ON_FD(int, flock, (int fd, int operation), fd, operation)
ON_FD(int, fsetxattr, (int fd, const char *name, const void *data, size_t size, int flags), fd, name, data, size, flags)
ON_PATH(int, rename, (const char *path, const char *to), path, to)
ON_PATH(int, unlink, (const char *path), path)
ON_PATH(int, rmdir, (const char *path), path)
ON_PATH(int, mkdir, (const char *path, mode_t mode), path, mode)
ON_PATH(int, chmod, (const char *path, mode_t mode), path, mode)
ON_PATH(int, chown, (const char *path, uid_t user, gid_t group), path, user, group)
ON_PATH(int, truncate, (const char *path, off_t size), path, size)

/* Opening is where descriptors run out (EMFILE), also for reading. */
#define OPENING(name)                                          \
    int name(const char *path, int flags, ...) {               \
        static int (*real)(const char *, int, ...);            \
        if (!real)                                             \
            real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        va_list more;                                          \
        va_start(more, flags);                                 \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0; \
        va_end(more);                                          \
        if (inside(path) && fails())                           \
            return -1;                                         \
        return real(path, flags, mode);                        \
    }
OPENING(open)
OPENING(open64)
