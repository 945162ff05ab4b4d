function act(x) {
  return 1 / (1 + Math.exp(-x));
}

function actDerivative(x) {
  let s = act(x);
  return s * (1 - s);
}

let u = Math.random();
let c = Math.random();
let v = Math.random();

for (let i = 0; i < 500; i++) {
  let z = u * p + c;
  let h = act(z);
  let q = v * h;
  let output = act(q);

  let error = output - target;
  let dOutput = error * actDerivative(q);
  v -= rate * dOutput * h;

  let dH = dOutput * v * actDerivative(z);
  u -= rate * dH * p;
  c -= rate * dH;
}
