import math


def act(q):
    return 1 / (1 + math.exp(-q))


par = {"u1": 0.3, "u2": -0.4, "v1": 0.5, "v2": 0.2}
shift = {"c1": 0.1, "c2": 0.2}
p = 0.7
s1, s2 = 0.1, 0.9

q = p * par["u1"] + shift["c1"]
g = act(q)
r1, r2 = g * par["v1"] + shift["c2"], g * par["v2"] + par["u2"]
o1, o2 = act(r1), act(r2)
loss_o1 = 0.5 * (s1 - o1) ** 2
loss_o2 = 0.5 * (s2 - o2) ** 2
total_loss = loss_o1 + loss_o2

delta_o1 = (o1 - s1) * o1 * (1 - o1)
delta_o2 = (o2 - s2) * o2 * (1 - o2)
delta_g = (delta_o1 * par["v1"] + delta_o2 * par["v2"]) * g * (1 - g)

gradients = {
    "u1": delta_g * p,
    "c1": delta_g,  # the first layer
    "v1": -delta_o1 * g,
    "v2": delta_o1 * g,
    "c2": delta_o2,
    "u2": delta_o2,
}

for key in par:
    par[key] += 0.1 * gradients[key]
