/** What the load may become, by as many guesses. */
export interface Forecast {
  readonly guesses: number;
  /** In nine of ten guesses the load stays at or below this. */
  readonly atMost: number;
}
