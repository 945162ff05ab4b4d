double step(double w, double a, double d) {
    return (w - a * d);
}

double h1 = tanh(u * p);
double o1 = tanh(v1 * h1 + v10 * h1);
double E = 0.5 * (o1 - t1) * (o1 - t1);
double dE_dv10 = (o1 - t1) * (1 - o1) * h1;

v1 = step(v1, alpha, dE_dv1);
v10 = step(v10, alpha, dE_dv10);
