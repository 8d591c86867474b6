/** What several conventions share is computed once: by its name, as long as it fits. */
export class Memo<T extends { byteLength: number }> {
  readonly #values = new Map<string, T>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get(name: string, make: () => T): T {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const made = make();
    if (this.#bytes + made.byteLength > this.#mostBytes) {
      this.#values.clear();
      this.#bytes = 0;
    }
    this.#values.set(name, made);
    this.#bytes += made.byteLength;
    return made;
  }
}
