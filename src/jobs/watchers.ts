/** Who wants to hear of a job. */
export class Watchers {
  readonly #all = new Map<string, Set<() => void>>();

  /** @returns what ends it */
  add(id: string, onChange: () => void): () => void {
    const own = this.#all.get(id) ?? new Set();
    this.#all.set(id, own.add(onChange));
    return () => {
      own.delete(onChange);
      if (own.size === 0 && this.#all.get(id) === own) this.#all.delete(id);
    };
  }

  tell(id: string): void {
    for (const onChange of [...(this.#all.get(id) ?? [])]) onChange();
  }

  /** News may have been missed. */
  tellAll(): void {
    for (const id of [...this.#all.keys()]) this.tell(id);
  }
}
