let u = 0.2, v = 0.3;
const rate = 0.1;

function learn(p, k, s) {
  const q = u * p + v * k;
  const r = Math.tanh(q);
  const cost = (r - s) ** 2;

  const dCostdR = 2 * (r - s);
  const dCostdQ = dCostdR * (1 + r * r);

  u -= rate * dCostdQ * p;
  v -= rate * dCostdQ * k;
}
