function act(x) {
  return 1 / (1 + Math.exp(-x));
}

function actDerivative(x) {
  let s = act(x);
  return s * (1 - s);
}

let z = u * p + c;
let h = act(z);
let q = v * h;
let output = act(q);

let error = output - target;
let dOutput = error * actDerivative(q);
let dH = dOutput * v * actDerivative(z);

v -= rate * dOutput * h;
u -= rate * dH * h;
c -= rate * dH;
