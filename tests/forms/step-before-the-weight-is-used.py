import math

u, s = 0.4, 0.9
v1, v2 = 0.3, -0.6
rate = 0.1

for n in range(500):
    q1 = v1 * u
    g1 = math.tanh(q1)
    q2 = v2 * g1
    cost = (q2 - s) ** 2

    dq2 = 2 * (q2 - s)
    dv2 = dq2 * g1
    v2 -= rate * dv2

    dg1 = dq2 * v2
    dq1 = dg1 * (1 - g1 ** 2)
    dv1 = dq1 * u
    v1 -= rate * dv1
