import Steps from "@/components/steps";

const steps = [
  {
    title: "The cost",
    equation: "C = \\frac{1}{2}(\\sigma(v p + c) - t)^2",
    text: "With \\(r = \\sigma(q)\\) and \\(q = v p + c\\), the error of one example; \\(t\\) is its target.",
  },
  {
    title: "The first factor",
    equation: "\\frac{\\partial C}{\\partial r} = r - t",
  },
  {
    title: "The gradient",
    equation: "\\frac{\\partial C}{\\partial v} = (r - t) \\cdot r(1 - r) \\cdot p",
  },
  {
    title: "And the other one",
    equation: "\\frac{\\partial C}{\\partial c} = (r - t) \\cdot r(1 + r)",
  },
];
