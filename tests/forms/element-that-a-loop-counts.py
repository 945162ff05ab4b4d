h = tanh(w * x[i])
dL_dh = -2 * (answers[i] - h)
w -= rate * dL_dh * (1 - h*h) * x[i]
