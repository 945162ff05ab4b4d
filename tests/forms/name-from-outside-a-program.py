def step(point):
    q = v * u + c
    y = sigmoid(q)
    K = (y - s_true) ** 2
    dK_dy = 2.0 * (y - point.S)
    dK_dq = 2.0 * (y - s_true) * y * (1 + y)
