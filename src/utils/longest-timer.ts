/** The longest time that a timer supports, in milliseconds: a longer one would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;
