/** A promise that is settled from outside, once. Nobody has to ask for it: a rejection that is not awaited is no error. */
export class Outcome<T> {
  readonly promise: Promise<T>;
  // The executor of a promise runs before its constructor returns.
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {});
  }
}
