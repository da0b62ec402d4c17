// What this machine can do: an FFM of 4 factors with AdaGrad on rows of 39 ids, one a field, whose values are 1. A feature has for each field 4 factors and
// their sums of squared gradients side by side; the records of a row's next features are prefetched; the two records of a pair move together in one vector; rows
// are visited as they lie.
//
// ffm4 TRAIN VALIDATION BAYES: prints a line an epoch: number, wall and CPU seconds, training loss, validation loss over BAYES. A file holds, in the
// machine's byte order, the number of rows as an int, the ids of all rows as ints, and a byte a row: 1 = clicked.
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum { FIELDS = 39, IDS = 1000000, K = 4, RECORD = 2 * K, FEATURE = FIELDS * RECORD, AHEAD = 1, EPOCHS = 3 };
static const float RATE = 0.03f, LAMBDA = 2e-5f;

static float *factors;    // for each id and field: 4 factors, 4 sums
static float (*weights)[2]; // weight, sum
static float bias[2] = {0, 1};

typedef struct {
    int count;
    int *ids;
    unsigned char *clicked;
} Rows;

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *huge(size_t bytes) {
    size_t page = 1 << 21;
    bytes = (bytes + page - 1) & ~(page - 1);
    void *p = aligned_alloc(page, bytes);
    if (!p) exit((perror("memory"), 1));
    madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

static Rows load(const char *path) {
    Rows rows;
    FILE *file = fopen(path, "rb");
    if (!file || fread(&rows.count, 4, 1, file) != 1) exit((perror(path), 1));
    size_t n = rows.count;
    rows.ids = huge(4 * FIELDS * (n + AHEAD));
    rows.clicked = malloc(n);
    if (fread(rows.ids, 4 * FIELDS, n, file) != n || fread(rows.clicked, 1, n, file) != n) {
        fprintf(stderr, "%s is too short\n", path);
        exit(1);
    }
    memset(rows.ids + n * FIELDS, 0, 4 * FIELDS * AHEAD); // what is prefetched after the last row
    fclose(file);
    return rows;
}

static float sum(__m128 x) {
    __m128 y = _mm_add_ps(x, _mm_movehl_ps(x, x));
    return _mm_cvtss_f32(_mm_add_ss(y, _mm_shuffle_ps(y, y, 1)));
}

static float *record(int id, int field) {
    return factors + (size_t) id * FEATURE + field * RECORD;
}

static void step(const int *ids, float slope) {
    __m256 rate = _mm256_set1_ps(-RATE), lambda = _mm256_set1_ps(LAMBDA), slopes = _mm256_set1_ps(slope);
    for (int i = 0; i < FIELDS; i++) {
        for (int j = i + 1; j < FIELDS; j++) {
            float *one = record(ids[i], j), *other = record(ids[j], i);
            __m256 a = _mm256_load_ps(one), b = _mm256_load_ps(other);
            __m256 v = _mm256_permute2f128_ps(a, b, 0x20), seen = _mm256_permute2f128_ps(a, b, 0x31);
            __m256 g = _mm256_fmadd_ps(v, lambda, _mm256_mul_ps(slopes, _mm256_permute2f128_ps(v, v, 0x01)));
            seen = _mm256_fmadd_ps(g, g, seen);
            v = _mm256_fmadd_ps(_mm256_mul_ps(g, rate), _mm256_rsqrt_ps(seen), v);
            _mm256_store_ps(one, _mm256_permute2f128_ps(v, seen, 0x20));
            _mm256_store_ps(other, _mm256_permute2f128_ps(v, seen, 0x31));
        }
        float *w = weights[ids[i]];
        float gw = slope + LAMBDA * w[0];
        w[1] += gw * gw;
        w[0] -= RATE * gw * _mm_cvtss_f32(_mm_rsqrt_ss(_mm_set_ss(w[1])));
    }
    bias[1] += slope * slope;
    bias[0] -= RATE * slope / sqrtf(bias[1]);
}

static double visit(Rows rows, int learn) {
    double loss = 0;
    for (int row = 0; row < rows.count; row++) {
        const int *ids = rows.ids + (size_t) row * FIELDS;
        __m128 pairs = _mm_setzero_ps();
        float margin = bias[0];
        for (int i = 0; i < FIELDS; i++) {
            int next = ids[AHEAD * FIELDS + i];
            for (int line = 0; line < FEATURE; line += 16) {
                __builtin_prefetch(factors + (size_t) next * FEATURE + line, 1);
            }
            __builtin_prefetch(weights + next, 1);
            for (int j = i + 1; j < FIELDS; j++) {
                pairs = _mm_fmadd_ps(_mm_load_ps(record(ids[i], j)), _mm_load_ps(record(ids[j], i)), pairs);
            }
            margin += weights[ids[i]][0];
        }
        margin += sum(pairs);
        float odds = expf(rows.clicked[row] ? -margin : margin);
        loss += log1pf(odds);
        if (learn) {
            float wrong = odds / (1 + odds);
            step(ids, rows.clicked[row] ? -wrong : wrong);
        }
    }
    return loss / rows.count;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    Rows train = load(arguments[1]), validation = load(arguments[2]);
    double bayes = atof(arguments[3]);
    factors = huge(sizeof(float) * FEATURE * IDS);
    weights = huge(sizeof(float) * 2 * IDS);
    uint64_t state = 1;
    for (size_t id = 0; id < IDS; id++) {
        weights[id][0] = 0;
        weights[id][1] = 1;
        for (int f = 0; f < FEATURE; f++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            int factor = f % RECORD < K;
            factors[id * FEATURE + f] = factor ? 0.03f / sqrtf(K) * (2 * (float) (state >> 40) / (1 << 24) - 1) : 1;
        }
    }
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        double learnt = visit(train, 1), unseen = visit(validation, 0);
        printf("epoch %d %.4f %.4f %.5f %.5f\n", epoch, seconds(CLOCK_MONOTONIC) - wall,
               seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, learnt, unseen - bayes);
        fflush(stdout);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("peak %ld\n", used.ru_maxrss / 1024);
    return 0;
}
