def step(u, s):
    g = k * u + c
    miss = s - g
    loss = miss * miss
    slope_k = -2 * miss * u
    slope_c = 2 * miss
    k -= lr * slope_k
    c -= lr * slope_c
