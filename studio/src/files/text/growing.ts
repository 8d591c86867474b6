/** Numbers of which it is not known yet how many come. */
export class Growing {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** Of their own memory. */
  all(): Float64Array {
    return this.#values.slice(0, this.length);
  }
}
