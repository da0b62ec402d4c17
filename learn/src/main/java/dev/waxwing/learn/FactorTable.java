package dev.waxwing.learn;

import dev.waxwing.model.FactorModel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// The weights while they are learnt, each beside what its optimiser remembers, so that one visit of a feature touches little memory.
///
/// With `n` numbers a weight: `bias` holds n floats; `linear` n a feature; and `factors` for a feature and field one record of `width` factors, then as many
/// first numbers, then as many second ones. `width` is `k` rounded up to whole vectors;
/// factors beyond `k` are 0 and stay so. Features lie at their [FeaturePlaces]. All three lie outside the heap, as there they begin at a cache line, so
/// that no record of 64 bytes lies in two.
final class FactorTable implements AutoCloseable {
    /// All of it, a place in it being an address. Bounds, owner and class of a segment of its own would be looked at for each weight, and whether the compiler
    /// got those looks out of its loops differed from process to process: training took half as long again where it had not. So what is right instead are the
    /// places that [PlacedRows] hold. See docs/decisions/0010.
    @SuppressWarnings("restricted") // as said above
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED; // no look at the address
    private static final long CACHE_LINE = 64; // bytes
    private static final long LINES = 4; // between biases: lines side by side are fetched together
    private static final long NEAR =
            1 << 19; // bytes that stay near the processor when they are visited often

    final FactorModel.Kind kind;
    final int features;
    final int fields;
    final int k;
    final int numbers;
    final int width;
    final int record; // floats of a feature and field
    final long stride; // floats of a feature
    final FeaturePlaces places;
    final int copies; // of the near weights, see NearCopies
    final int near; // what lies at places before this one is near anyway
    final long linear; // addresses
    final long factors;
    private final long bias;
    private final Arena arena = Arena.ofConfined();

    private FactorTable(FactorParams params, FeaturePlaces places, int fields) {
        this.kind = params.kind();
        this.places = places;
        this.features = places.features();
        this.fields = kind == FactorModel.Kind.FFM ? fields : 1;
        this.k = kind == FactorModel.Kind.LINEAR ? 0 : params.k();
        this.numbers = params.optimizer().numbers;
        boolean addsUp = params.optimizer() == FactorOptimizer.ADAGRAD;
        this.copies = params.learners() > 1 && addsUp ? params.learners() : 0;
        int lanes = kind == FactorModel.Kind.FFM ? FactorVectors.FFM_LANES : FactorVectors.FM_LANES;
        this.width = (k + lanes - 1) / lanes * lanes;
        this.record = width * numbers;
        this.stride = (long) this.fields * record;
        long fit = NEAR / Float.BYTES / (numbers + stride);
        this.near = (int) Math.min(fit, places.size());
        long learnt = (long) features * this.fields * k;
        if (learnt > Integer.MAX_VALUE - 16) {
            throw new TrainingException(
                    kind.word()
                            + ": "
                            + features
                            + " features, "
                            + this.fields
                            + " fields and "
                            + k
                            + " factors need "
                            + learnt
                            + " numbers, more than an array holds; hash the features to fewer, or"
                            + " take fewer factors");
        }
        long all = places.size() + (long) copies * near;
        long linearBytes = lines(all * numbers * Float.BYTES);
        long factorBytes = lines(all * stride * Float.BYTES);
        long biasBytes = (1 + copies) * LINES * CACHE_LINE;
        long bytes = linearBytes + factorBytes + biasBytes;
        this.factors = arena.allocate(bytes, LINES * CACHE_LINE).address();
        this.linear = factors + factorBytes;
        this.bias = linear + linearBytes;
    }

    private static long lines(long bytes) {
        return (bytes + LINES * CACHE_LINE - 1) / (LINES * CACHE_LINE) * (LINES * CACHE_LINE);
    }

    /// Whoever made the table closes it; nothing may use it afterwards.
    @Override
    public void close() {
        arena.close();
    }

    /// Where the bias of a copy lies.
    /// @param copy 0 = the shared weights, then the learners' own
    long bias(int copy) {
        return bias + copy * LINES * CACHE_LINE;
    }

    /// The place of a learner's own copy of what lies at place 0; the near places follow it in order.
    /// @param copy from 1
    int ownPlaces(int copy) {
        return Math.addExact(places.size(), (copy - 1) * near);
    }

    /// Weights 0, factors drawn.
    static FactorTable fresh(FactorParams params, FeaturePlaces places, int fields) {
        FactorTable table = new FactorTable(params, places, fields);
        table.forget(params);
        if (params.compat()) {
            table.drawAsXlearn(params.init());
        } else {
            table.draw(params.init(), params.seed());
        }
        return table;
    }

    /// @param from an address
    /// @param at floats behind it
    static float get(long from, long at) {
        return MEMORY.get(FLOAT, from + at * Float.BYTES);
    }

    static void set(long from, long at, float x) {
        MEMORY.set(FLOAT, from + at * Float.BYTES, x);
    }

    private static void fill(long floats, long from, long to, float x) {
        for (long i = from; i < to; i++) {
            set(floats, i, x);
        }
    }

    /// What optimisers know before the first row.
    private void forget(FactorParams params) {
        float first = params.optimizer() == FactorOptimizer.FTRL && !params.compat() ? 0 : 1;
        if (numbers > 1) {
            for (int place = 0; place < places.size(); place++) {
                fill(linear, (long) place * numbers + 1, (long) (place + 1) * numbers, first);
                for (int field = 0; field < fields; field++) {
                    long at = at(place) + (long) field * record;
                    fill(factors, at + width, at + record, first);
                }
            }
            fill(bias(0), 1, numbers, first);
        }
    }

    /// Features that no row has get none: nobody would ever learn them, and each would add noise to a row that has it one day, such as one with a
    /// value that was never seen.
    private void draw(double init, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float spread = (float) (init / Math.sqrt(Math.max(k, 1)));
        for (int feature = 0; feature < features && k > 0; feature++) {
            boolean met = places.met(feature);
            for (int field = 0; field < fields; field++) {
                long at = at(feature, field);
                for (int f = 0; f < k; f++) {
                    float drawn = spread * (2 * random.nextFloat() - 1);
                    if (met) {
                        set(factors, at + f, drawn);
                    }
                }
            }
        }
    }

    /// As xLearn, also for features that no row has. It draws from C++'s minimal standard generator (Park and Miller: 16807 · x mod 2³¹ − 1) as it is, unseeded.
    private void drawAsXlearn(double init) {
        float spread = (float) (1 / Math.sqrt(Math.max(k, 1)) * init);
        long x = 1;
        for (int feature = 0; feature < features && k > 0; feature++) {
            for (int field = 0; field < fields; field++) {
                long at = at(feature, field);
                for (int f = 0; f < k; f++) {
                    x = x * 16807 % Integer.MAX_VALUE;
                    set(factors, at + f, spread * ((x - 1) / (float) (Integer.MAX_VALUE - 1)));
                }
            }
        }
    }

    /// Where the factors at a place begin, in floats.
    long at(int place) {
        return place * stride;
    }

    private long at(int feature, int field) {
        return at(places.of(feature)) + (long) field * record;
    }

    /// Features and fields of an earlier model begin where it ended; others stay fresh.
    /// @param state what its optimiser remembered; null if that is not known
    void goOnFrom(FactorModel model, FactorState state) {
        set(bias(0), 0, model.bias());
        for (int number = 1; number < numbers && state != null; number++) {
            set(bias(0), number, state.bias(number - 1));
        }
        for (int feature = 0; feature < model.features(); feature++) {
            long weight = (long) places.of(feature) * numbers;
            set(linear, weight, model.weight(feature));
            for (int number = 1; number < numbers && state != null; number++) {
                set(linear, weight + number, state.weight(number - 1, feature));
            }
            for (int field = 0; field < model.fields() && k > 0; field++) {
                for (int f = 0; f < k; f++) {
                    long at = at(feature, field) + f;
                    set(factors, at, model.factor(feature, field, f));
                    int theirs = (feature * model.fields() + field) * k + f;
                    for (int number = 1; number < numbers && state != null; number++) {
                        set(factors, at + (long) number * width, state.factor(number - 1, theirs));
                    }
                }
            }
        }
    }

    FactorModel model() {
        float[] weights = linear(0);
        float first = get(bias(0), 0);
        return switch (kind) {
            case LINEAR -> FactorModel.linear(first, weights);
            case FM -> FactorModel.fm(first, weights, k, factors(0));
            case FFM -> FactorModel.ffm(first, weights, fields, k, factors(0));
        };
    }

    FactorState state(FactorOptimizer optimizer) {
        float[] biases = new float[numbers - 1];
        float[][] weights = new float[numbers - 1][];
        float[][] pairs = new float[numbers - 1][];
        for (int number = 1; number < numbers; number++) {
            biases[number - 1] = get(bias(0), number);
            weights[number - 1] = linear(number);
            pairs[number - 1] = factors(number);
        }
        return new FactorState(optimizer, biases, weights, pairs);
    }

    private float[] linear(int number) {
        float[] some = new float[features];
        for (int feature = 0; feature < features; feature++) {
            some[feature] = get(linear, (long) places.of(feature) * numbers + number);
        }
        return some;
    }

    private float[] factors(int number) {
        float[] some = new float[features * fields * k];
        int to = 0;
        for (int feature = 0; feature < features && k > 0; feature++) {
            for (int field = 0; field < fields; field++, to += k) {
                long from = at(feature, field) + (long) number * width;
                for (int f = 0; f < k; f++) {
                    some[to + f] = get(factors, from + f);
                }
            }
        }
        return some;
    }
}
