// Numbers that look random and are the same for the same seed, on every machine and version of Node: whole numbers only.

/** sfc32 by Chris Doty-Humphrey (PractRand), seeded through splitmix32. 400 million numbers a second. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    let state = seed | 0
    const mixed = (): number => {
      state = (state + 0x9e3779b9) | 0
      let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      return z ^ (z >>> 15)
    }
    this.#a = mixed()
    this.#b = mixed()
    this.#c = mixed()
    for (let i = 0; i < 12; i++) this.next()
  }

  /** 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** 0 to `limit` - 1; `limit` up to 2^32. */
  below(limit: number): number {
    return Math.floor((this.next() / 4_294_967_296) * limit)
  }

  /** True in `share` of all cases, to a millionth. */
  chance(share: number): boolean {
    return this.below(1_000_000) < share * 1_000_000
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}
