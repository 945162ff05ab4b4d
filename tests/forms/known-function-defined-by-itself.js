function tanh(x) {
  return Math.tanh(x);
}
const q = v * p;
const r = tanh(q);
const loss = Math.pow(r - s, 2);
const dr_dq = 1 - r * r;
const dloss_dv = 2 * (r - s) * (1 - r) * p;
