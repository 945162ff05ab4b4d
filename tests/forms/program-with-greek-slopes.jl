σ(z) = 1 / (1 + exp(-z))
z = w * x + b
p = σ(z)
L = (p - y)^2
∂L_∂p = 2 * (p - y)
∂p_∂z = p * (1 - p)
∂L_∂w = ∂L_∂p * ∂p_∂z
∂L_∂b = ∂L_∂p * ∂p_∂z
