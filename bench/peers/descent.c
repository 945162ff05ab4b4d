/* The question's network by hand, one step after another: the loop of `workings train` in C with libm's exp. */
#include <math.h>
#include <stdint.h>

double descend(double w, double rate, int64_t steps) {
    for (int64_t k = 0; k < steps; k++) {
        double x = (double)(k & 1);
        double s = 1.0 / (1.0 + exp(-(w * x)));
        w = w - rate * ((s - x) * x * s * (1.0 - s));
        w = w < 0.0 ? 0.0 : w;
        w = w > 1.0 ? 1.0 : w;
    }
    return w;
}
