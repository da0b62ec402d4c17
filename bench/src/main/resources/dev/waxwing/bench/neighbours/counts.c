// What this machine can do: counts, for each row, how often it meets each other row in a profile, in counters of 16 bits. Nothing is chosen or kept.
//
// counts FILE full|half ROUNDS: prints a line a round: CPU seconds, wall seconds, how many times a counter went up, peak megabytes. `half` counts
// a pair once instead of once for each of its rows. The file holds ints in the machine's byte order: how many rows, profiles and pairs of a
// row and a profile there are, then the row of each pair, then the profile of each. Making lists of the pairs is not a part of a round.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { AHEAD = 8, LINE = 64 };

static int rows, profiles, pairs;
static int *rowStarts, *profilesOf; // rows have places by falling length, as the used counters then lie side by side
static int *profileStarts, *placesOf;

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *zeros(size_t bytes) {
    void *p = aligned_alloc(LINE, (bytes + LINE) / LINE * LINE);
    if (!p) exit((perror("memory"), 1));
    return memset(p, 0, (bytes + LINE) / LINE * LINE);
}

static int *ints(FILE *file, int n) {
    int *some = zeros(4 * (size_t) n);
    if (fread(some, 4, n, file) != (size_t) n) {
        fprintf(stderr, "the file is too short\n");
        exit(1);
    }
    return some;
}

static void fill(const int *row, const int *profile) {
    int *length = zeros(4 * (size_t) rows);
    int longest = 0;
    for (int k = 0; k < pairs; k++) length[row[k]]++;
    for (int r = 0; r < rows; r++) longest = length[r] > longest ? length[r] : longest;
    int *next = zeros(4 * ((size_t) longest + 2)), *place = zeros(4 * (size_t) rows);
    for (int r = 0; r < rows; r++) next[longest - length[r] + 1]++;
    for (int i = 1; i < longest + 2; i++) next[i] += next[i - 1];
    for (int r = 0; r < rows; r++) place[r] = next[longest - length[r]]++;
    rowStarts = zeros(4 * ((size_t) rows + 1));
    profileStarts = zeros(4 * ((size_t) profiles + 1));
    for (int k = 0; k < pairs; k++) rowStarts[place[row[k]] + 1]++, profileStarts[profile[k] + 1]++;
    for (int r = 0; r < rows; r++) rowStarts[r + 1] += rowStarts[r];
    for (int p = 0; p < profiles; p++) profileStarts[p + 1] += profileStarts[p];
    int *at = zeros(4 * (size_t) rows), *to = zeros(4 * (size_t) profiles);
    memcpy(at, rowStarts, 4 * (size_t) rows);
    memcpy(to, profileStarts, 4 * (size_t) profiles);
    profilesOf = zeros(4 * (size_t) pairs);
    placesOf = zeros(4 * (size_t) pairs);
    for (int k = 0; k < pairs; k++) profilesOf[at[place[row[k]]]++] = profile[k];
    for (int r = 0; r < rows; r++) {
        for (int k = rowStarts[r]; k < rowStarts[r + 1]; k++) placesOf[to[profilesOf[k]]++] = r;
    }
}

#define COUNT(NAME, PLACE)                                                                              \
    static uint64_t NAME(const PLACE *places, int *from, int half) {                                    \
        uint16_t *counts = zeros(2 * (size_t) rows);                                                    \
        uint64_t all = 0;                                                                               \
        for (int r = 0; r < rows; r++) {                                                                \
            int end = rowStarts[r + 1];                                                                 \
            for (int k = rowStarts[r]; k < end; k++) {                                                  \
                int soon = profilesOf[k + AHEAD < pairs ? k + AHEAD : k];                               \
                for (int m = from[soon]; m < profileStarts[soon + 1]; m += LINE / sizeof(PLACE)) {      \
                    __builtin_prefetch(places + m);                                                     \
                }                                                                                       \
                int p = profilesOf[k];                                                                  \
                from[p] += half; /* rows come in the order of places: the rest lies behind */           \
                for (int m = from[p]; m < profileStarts[p + 1]; m++) counts[places[m]]++;               \
            }                                                                                           \
            for (int i = 0; i < rows; i++) all += counts[i];                                            \
            memset(counts, 0, 2 * (size_t) rows);                                                       \
        }                                                                                               \
        free(counts);                                                                                   \
        return all;                                                                                     \
    }
COUNT(countNear, uint16_t)
COUNT(countFar, int)

int main(int count, char **arguments) {
    if (count != 4) return 2;
    FILE *file = fopen(arguments[1], "rb");
    if (!file) exit((perror(arguments[1]), 1));
    int *head = ints(file, 3);
    rows = head[0], profiles = head[1], pairs = head[2];
    int *row = ints(file, pairs), *profile = ints(file, pairs);
    fill(row, profile);
    uint16_t *near = zeros(2 * (size_t) pairs);
    for (int k = 0; k < pairs; k++) near[k] = placesOf[k];
    int *from = zeros(4 * (size_t) profiles);
    int half = !strcmp(arguments[2], "half");
    for (int round = atoi(arguments[3]); round > 0; round--) {
        memcpy(from, profileStarts, 4 * (size_t) profiles);
        double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        uint64_t all = rows <= 1 << 16 ? countNear(near, from, half) : countFar(placesOf, from, half);
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        printf("%.4f %.4f %llu %ld\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, seconds(CLOCK_MONOTONIC) - wall,
               (unsigned long long) all, used.ru_maxrss / 1024);
        fflush(stdout);
    }
    return 0;
}
