let v = 0.3;
const rate = 0.1;

function learn(p, s) {
  const q = v * p;
  const r = Math.tanh(q);
  const cost = (r - s) ** 2;

  const dCostdR = 2 * (r - s);
  const dRdQ = 1 - r;
  const carry = dCostdR * dRdQ;
  const dCostdV = carry * p;
  v -= rate * dCostdV;
}
