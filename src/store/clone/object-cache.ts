/** Values by object id. They never change; the oldest go when there are more bytes than the bound. */
export class ObjectCache<T> {
  readonly #maxBytes: number;
  readonly #sizeOf: (value: T) => number;
  readonly #held = new Map<string, Promise<T>>();
  readonly #sizes = new Map<string, number>();
  #bytes = 0;

  constructor(maxBytes: number, sizeOf: (value: T) => number) {
    this.#maxBytes = maxBytes;
    this.#sizeOf = sizeOf;
  }

  /** The value that is held or on its way, or else the loaded one; a failure is not kept. */
  load(id: string, load: (id: string) => Promise<T>): Promise<T> {
    const known = this.#held.get(id);
    if (known !== undefined) return known;
    const loading = load(id);
    this.#held.set(id, loading);
    loading.then(
      (value) => this.#count(id, this.#sizeOf(value)),
      () => this.#held.delete(id),
    );
    return loading;
  }

  #count(id: string, size: number): void {
    this.#sizes.set(id, size);
    this.#bytes += size;
    for (const [oldest, bytes] of this.#sizes) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#sizes.delete(oldest);
      this.#held.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}
