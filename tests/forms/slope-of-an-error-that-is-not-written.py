import numpy as np


def act(x):
    return 1 / (1 + np.exp(-x))


def derivAct(x):
    fx = act(x)
    return fx * (1 - fx)


def forward(p):
    h = act(u * p + b)
    return act(v * h + c)


for p, yTrue in zip(data, truth):
    sum_h = u * p + b
    h = act(sum_h)
    sum_o = v * h + c
    o = act(sum_o)
    yPred = o

    dL_dYPred = -2 * (yTrue - yPred)
    dYPred_dV = h * derivAct(sum_o)
    dYPred_dC = derivAct(sum_h)
    dYPred_dH = v * derivAct(sum_o)
    dH_dU = p * derivAct(sum_h)

    u -= rate * dL_dYPred * dYPred_dH * dH_dU
    v -= rate * dL_dYPred * dYPred_dV
    b -= rate * dL_dYPred * dYPred_dH * dH_dU
