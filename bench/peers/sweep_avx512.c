/* The sweep of the question's network by hand: 16 networks in a register, eight registers side by side.

   w ← min(max(w − α (ŷ − x) x ŷ (1 − ŷ), 0), 1),  ŷ = 1/(1 + e^(−w x)),  x = 0, 1, 0, 1, …

   Its author knows that |w x| ≤ 1, so its exp clamps nothing. */
#include <immintrin.h>
#include <stdint.h>

static inline __m512 exp16(__m512 x) {
    const __m512 one = _mm512_set1_ps(1.0f);
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504088896341f)), _MM_FROUND_TO_NEAREST_INT);
    __m512 r = _mm512_fmadd_ps(n, _mm512_set1_ps(-0.693147182f), x);
    __m512 p = _mm512_set1_ps(8.3334519073e-3f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
    p = _mm512_fmadd_ps(p, r, one);
    p = _mm512_fmadd_ps(p, r, one);
    return _mm512_scalef_ps(p, n);
}

void sweep(float *w, const float *rate, int64_t begin, int64_t end, int64_t steps) {
    const __m512 one = _mm512_set1_ps(1.0f), zero = _mm512_setzero_ps();
    for (int64_t i = begin; i < end; i += 128) {
        __m512 v[8], a[8];
        for (int u = 0; u < 8; u++) {
            v[u] = _mm512_loadu_ps(w + i + 16 * u);
            a[u] = _mm512_loadu_ps(rate + i + 16 * u);
        }
        for (int64_t k = 0; k < steps; k++) {
            __m512 x = (k & 1) ? one : zero;
            __m512 minus = _mm512_sub_ps(zero, x);
#pragma GCC unroll 8
            for (int u = 0; u < 8; u++) {
                __m512 s = _mm512_div_ps(one, _mm512_add_ps(one, exp16(_mm512_mul_ps(v[u], minus))));
                __m512 g = _mm512_mul_ps(_mm512_mul_ps(_mm512_sub_ps(s, x), x),
                                         _mm512_mul_ps(s, _mm512_sub_ps(one, s)));
                v[u] = _mm512_min_ps(_mm512_max_ps(_mm512_fnmadd_ps(a[u], g, v[u]), zero), one);
            }
        }
        for (int u = 0; u < 8; u++) _mm512_storeu_ps(w + i + 16 * u, v[u]);
    }
}
