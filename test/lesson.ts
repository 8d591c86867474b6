/** The library search of the lesson: one query, three keys, the values that come back; compared without scaling. */
export const lesson = {
  query: [1, 0, 1],
  key: [
    [1, 0, 1],
    [0, 1, 0],
    [1, 1, 1],
  ],
  value: [
    [10, 20, 30],
    [1, 2, 3],
    [5, 10, 15],
  ],
  scale: 1,
};
