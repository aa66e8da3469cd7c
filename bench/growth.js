/** How a cost grows with the size of the work. */

/** Per size `n`, but for a factor. */
const SHAPES = {
  constant: () => 1,
  'log n': n => Math.log(n + 1),
  linear: n => n,
};

/**
 * Says which of the shapes the figures come nearest to, and the exponent of the power of n that fits them best.
 *
 * @param {[size: number, cost: number][]} figures three or more.
 * @returns {string} such as "linear (n^0.98)".
 */
export function growth(figures) {
  const nearest = Object.keys(SHAPES).toSorted((a, b) => distance(figures, a) - distance(figures, b))[0];
  return `${nearest} (n^${exponent(figures).toFixed(2)})`;
}

/** How far the figures are from a shape: the variance of their ratios to it, in logarithms. */
function distance(figures, shape) {
  const ratios = figures.map(([size, cost]) => Math.log(cost / SHAPES[shape](size)));
  return mean(ratios.map(ratio => (ratio - mean(ratios)) ** 2));
}

/** The slope of the line that fits the logarithms with the least squares. */
function exponent(figures) {
  const [x, y] = [0, 1].map(side => figures.map(figure => Math.log(figure[side])));
  const covariance = mean(x.map((each, i) => (each - mean(x)) * (y[i] - mean(y))));
  return covariance / mean(x.map(each => (each - mean(x)) ** 2));
}

function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
