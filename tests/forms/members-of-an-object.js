const X = 3;
const target = 9;
const initialWeights = {
  w1: 0.5,  // Input → Hidden 1
  w3: 0.7,
  b1: 0.1,
  b3: 0.05,
};
const h1_sum = X * initialWeights.w1 + initialWeights.b1; // 3 * 0.5 + 0.1 = 1.6
const h1_activation = Math.max(0, h1_sum); // ReLU: max(0, 1.6) = 1.6
const output_sum = h1_activation * initialWeights.w3 + initialWeights.b3;
const output = output_sum;
const loss = 0.5 * Math.pow(output - target, 2); // MSE
const dL_doutput = output - target; // 1.17 - 9 = -7.83
const dL_dw3 = dL_doutput * h1_activation; // -7.83 * 1.6 = -12.528
const dL_dh1 = dL_doutput * initialWeights.w3; // -7.83 * 0.7 = -5.481
const dL_dw1 = dL_dh1 * (h1_activation > 0 ? 1 : 0) * X; // -5.481 * 1 * 3 = -16.443
const lr = 0.1;
const newWeights = {
  w1: initialWeights.w1 - lr * dL_dw1, // 0.5 - 0.1 * (-16.443) = 2.1443
  w3: initialWeights.w3 + lr * dL_dw3,
};
