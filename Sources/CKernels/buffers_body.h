// Whole buffers: sums, dropout, the updates of the optimisers.

#define MAP(NAME, F)                                                                \
    static void NAME(size_t n, const float *x, float *y) {                          \
        EACH_VECTOR(n, store_part(y + j, F(load_part(x + j, left)), left););        \
    }
MAP(map_exp, exp_each)
MAP(map_tanh, tanh_each)
MAP(map_sigmoid, sigmoid_each)

static void add(size_t n, const float *x, float *y) {
    EACH_VECTOR(n, store_flushed(y + j, load_part(y + j, left) + load_part(x + j, left), left););
}
static void take(size_t n, float *x, float *y) {
    EACH_VECTOR(n, {
        store_flushed(y + j, load_part(y + j, left) + load_part(x + j, left), left);
        store_part(x + j, splat(0), left);
    });
}
static void add_matrix(size_t rows, size_t columns, const float *x, size_t ldx, float *y, size_t ldy) {
    for (size_t row = 0; row < rows; row++) add(columns, x + row * ldx, y + row * ldy);
}
static void scale_all(size_t n, float s, float *x) {
    EACH_VECTOR(n, store_flushed(x + j, load_part(x + j, left) * splat(s), left););
}
static void add_rows(size_t rows, size_t columns, const float *x, float *gradient) {
    // 64 columns stay in registers while all rows pass: each element is still one chain over the rows.
    enum { together = 64, vectors = together / RK_LANES };
    size_t column = 0;
    for (; column + together <= columns; column += together) {
        vec sum[vectors];
        UNROLL for (size_t j = 0; j < vectors; j++) sum[j] = load(gradient + column + j * RK_LANES);
        for (size_t row = 0; row < rows; row++)
            UNROLL for (size_t j = 0; j < vectors; j++) sum[j] += load(x + row * columns + column + j * RK_LANES);
        UNROLL for (size_t j = 0; j < vectors; j++) store(gradient + column + j * RK_LANES, sum[j]);
    }
    EACH_VECTOR(columns - column, {
        vec sum = load_part(gradient + column + j, left);
        for (size_t row = 0; row < rows; row++) sum += load_part(x + row * columns + column + j, left);
        store_part(gradient + column + j, sum, left);
    });
}
static void flush_all(size_t n, float *x) { EACH_VECTOR(n, store_flushed(x + j, load_part(x + j, left), left);); }
static void sum_of_squares(size_t n, const float *x, double *lanes) {
    double lane[8];
    memcpy(lane, lanes, sizeof lane);
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; j++) lane[j] += (double)x[i + j] * (double)x[i + j];
    for (int j = 0; i < n; i++, j++) lane[j] += (double)x[i] * (double)x[i];
    memcpy(lanes, lane, sizeof lane);
}

// The finaliser of SplitMix64 (Steele, Lea & Flood 2014) over key and index.
INLINE uint64_t mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
static void dropout(size_t n, uint64_t key, float keep_probability, const float *x, float *y) {
    // Two 32-bit draws of one mixed word: element i takes half (i & 1) of word i / 2.
    uint64_t threshold = (uint64_t)((double)keep_probability * 4294967296.0);
    float inverse = 1.0f / keep_probability;
    for (size_t i = 0; i < n; i += 2) {
        uint64_t word = mix(key + (uint64_t)(i / 2) * 0xD1342543DE82EF95u);
        y[i] = (word & 0xFFFFFFFFu) < threshold ? x[i] * inverse : 0;
        if (i + 1 < n) y[i + 1] = (word >> 32) < threshold ? x[i + 1] * inverse : 0;
    }
}

static void sgd(size_t n, float *p, const float *g, float *v, float rate, float momentum, float weight_decay,
                int nesterov) {
    EACH_VECTOR(n, {
        vec w = load_part(p + j, left);
        vec d = FMA(splat(weight_decay), w, load_part(g + j, left));
        vec velocity = flush(v ? FMA(splat(momentum), load_part(v + j, left), d) : d);
        if (v) store_part(v + j, velocity, left);
        store_part(p + j, FMA(splat(-rate), nesterov ? FMA(splat(momentum), velocity, d) : velocity, w), left);
    });
}

// d² as a second moment takes it in: 0 where |d| < 2^-50, whose root is 1e-7 of the least ε, so that neither d² nor its
// share of a moment is subnormal; and the moment itself, which decays: 0 below 2^-120, so that its share is not either.
INLINE vec square_of_gradient(vec d) {
    vec magnitude = (vec)((veci)d & 0x7FFFFFFF);
    d = choose(magnitude < splat(0x1p-50f), splat(0), d);
    return d * d;
}
INLINE vec flush_moment(vec v) { return choose(v < splat(0x1p-120f), splat(0), v); }

INLINE vec root(vec x) { return __builtin_elementwise_sqrt(x); }

static void scaled_descent(size_t n, float *p, const float *g, float *v, float rate, float retain, float gain,
                           float epsilon, float weight_decay) {
    EACH_VECTOR(n, {
        vec w = load_part(p + j, left), d = FMA(splat(weight_decay), w, load_part(g + j, left));
        vec square = FMA(splat(retain), load_part(v + j, left), splat(gain) * square_of_gradient(d));
        square = flush_moment(square);
        store_part(v + j, square, left);
        store_part(p + j, w - splat(rate) * d / (root(square) + splat(epsilon)), left);
    });
}

static void adam(size_t n, float *p, const float *g, float *m, float *v, float rate, float beta1, float beta2,
                 float epsilon, float correction1, float correction2, float weight_decay, int decoupled) {
    float step = rate / correction1, inverse_root = 1.0f / sqrtf(correction2);
    EACH_VECTOR(n, {
        vec w = load_part(p + j, left), d = load_part(g + j, left);
        if (!decoupled) d = FMA(splat(weight_decay), w, d);
        else w = FMA(splat(-rate * weight_decay), w, w);
        vec first = flush(FMA(splat(beta1), load_part(m + j, left), splat(1 - beta1) * d));
        vec second = FMA(splat(beta2), load_part(v + j, left), splat(1 - beta2) * square_of_gradient(d));
        second = flush_moment(second);
        store_part(m + j, first, left);
        store_part(v + j, second, left);
        vec denominator = FMA(root(second), splat(inverse_root), splat(epsilon));
        store_part(p + j, w - splat(step) * first / denominator, left);
    });
}
