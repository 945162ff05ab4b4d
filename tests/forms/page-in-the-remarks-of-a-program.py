# %% [markdown]
# The unit adds up,
#
# $$
# v_1 p_1 + v_2 p_2 + c = q (say)
# $$
#
# and is squashed, $r = \sigma(q)$, with the loss
#
# $$
# K(r) = -s \log(r) - (1 - s) \log(1 - r)
# $$
#
# \begin{align}
# \frac{\partial K}{\partial r} &= -\frac{s}{r} + \frac{1 - s}{1 - r} \\
# \frac{\partial q}{\partial v_1} &= p_1 \\
# \frac{\partial q}{\partial c} &= 0
# \end{align}

# %%
import numpy as np
