function squash(q) {
  return 1 / (1 + Math.exp(-q));
}
const slope = (r) => r * (1 - r);

const q = v * p;
const r = squash(q);
const loss = Math.pow(r - s, 2);
const dloss_dr = 2 * (r - s);
const dr_dq = slope(r);
const dloss_dv = dloss_dr * dr_dq * p;
v = v - lr * dloss_dr * slope(q) * p;
