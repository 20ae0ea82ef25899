/* How long programs take from start to end, and how much memory, measured in turns.
 *
 *   spawn ROUNDS INPUT COMMAND [ARGUMENT]... [-- COMMAND [ARGUMENT]...]...
 *
 * Every round runs each command once, the commands in a new order each time, with INPUT as standard
 * input. Prints one line per command: median wall time in microseconds, greatest resident size in
 * KB. This program is small on purpose: a child's size counts from that of its parent. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

enum { MAX_COMMANDS = 16 };

struct command {
    char** arguments;
    double* microseconds;
    long kilobytes;
};

static void die(const char* what, int error)
{
    fprintf(stderr, "spawn: %s: %s\n", what, strerror(error));
    exit(2);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void run(struct command* command, int round, const char* input)
{
    extern char** environ;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    const double start = now();
    pid_t pid;
    const int error =
        posix_spawn(&pid, command->arguments[0], &files, NULL, command->arguments, environ);
    if (error) die(command->arguments[0], error);
    int status;
    struct rusage usage;
    if (wait4(pid, &status, 0, &usage) < 0) die("wait4", errno);
    command->microseconds[round] = now() - start;
    posix_spawn_file_actions_destroy(&files);
    if (status != 0) {
        fprintf(stderr, "spawn: %s ended with status %d\n", command->arguments[0], status);
        exit(1);
    }
    if (usage.ru_maxrss > command->kilobytes) command->kilobytes = usage.ru_maxrss;
}

static int compare(const void* a, const void* b)
{
    const double difference = *(const double*)a - *(const double*)b;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char** argv)
{
    struct command commands[MAX_COMMANDS];
    int order[MAX_COMMANDS];
    const int rounds = argc > 3 ? atoi(argv[1]) : 0;
    if (rounds < 1) die("usage: spawn ROUNDS INPUT COMMAND...", EINVAL);
    int count = 0;
    for (int i = 3; i < argc && count < MAX_COMMANDS; ++i) {
        commands[count] = (struct command){&argv[i], calloc((size_t)rounds, sizeof(double)), 0};
        order[count] = count;
        ++count;
        while (i < argc && strcmp(argv[i], "--") != 0)
            ++i;
        if (i < argc) argv[i] = NULL;
    }
    for (int round = 0; round < rounds; ++round) {
        for (int i = count - 1; i > 0; --i) {
            const int j = rand() % (i + 1), other = order[i];
            order[i] = order[j];
            order[j] = other;
        }
        for (int i = 0; i < count; ++i)
            run(&commands[order[i]], round, argv[2]);
    }
    for (int i = 0; i < count; ++i) {
        qsort(commands[i].microseconds, (size_t)rounds, sizeof(double), compare);
        printf("%.0f %ld\n", commands[i].microseconds[rounds / 2], commands[i].kilobytes);
    }
    return 0;
}
