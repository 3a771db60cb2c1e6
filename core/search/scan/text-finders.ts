// The literals that a query looks for in a block, each looked for once whoever asks.
import { TextFinder } from './text-finder.ts'

/** Of one query and thread. */
export class TextFinders {
  readonly #finders = new Map<string, TextFinder>()

  /** `text` is in lower case where `anyCase`. */
  of(text: string, anyCase: boolean): TextFinder {
    const key = `${anyCase} ${text}`
    let finder = this.#finders.get(key)
    if (finder === undefined) this.#finders.set(key, (finder = new TextFinder(Buffer.from(text).toString('latin1'), anyCase)))
    return finder
  }

  /** Begins with another block; the empty text lets go of the last one. */
  reset(text: string): void {
    for (const finder of this.#finders.values()) finder.reset(text)
  }
}
