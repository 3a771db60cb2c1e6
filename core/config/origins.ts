// Where each value of the configuration came from: a place in the file, the environment, or a flag.
import type { ConfigPath } from './path.ts'

export interface Place {
  /** Both from 1. */
  readonly line: number
  readonly column: number
}

export interface Origin {
  readonly from: 'file' | 'env' | 'flag'
  /** Of the key; null for list items and the top. */
  readonly key: Place | null
  readonly value: Place
  /** Environment variables whose value is in here. */
  readonly env: readonly string[]
  /** The flag, as typed: `--port`. */
  readonly flag?: string
  /** A variable was missing: nothing more can be said about the value. */
  readonly broken?: boolean
  /** Place of a character of the value, where the value stands in the file as it is. */
  inside?(at: number): Place
}

export class Origins {
  /** Keyed by the JSON of the path. */
  private readonly byPath = new Map<string, Origin>()

  set(path: ConfigPath, origin: Origin): void {
    this.byPath.set(JSON.stringify(path), origin)
  }

  get(path: ConfigPath): Origin | undefined {
    return this.byPath.get(JSON.stringify(path))
  }

  /** Of the path itself, or of the nearest thing around it that stands somewhere. */
  nearest(path: ConfigPath): Origin | undefined {
    for (let length = path.length; length >= 0; length--) {
      const origin = this.get(path.slice(0, length))
      if (origin !== undefined) return origin
    }
    return undefined
  }

  /** True when the value, or what it stands in, could not be read: what else is wrong with it is a consequence. */
  isBroken(path: ConfigPath): boolean {
    for (let length = path.length; length >= 0; length--) if (this.get(path.slice(0, length))?.broken === true) return true
    return false
  }

  /** Forgets a path and all below: a flag has replaced it. */
  drop(path: ConfigPath): void {
    const own = JSON.stringify(path)
    const below = `${own.slice(0, -1)},`
    for (const key of this.byPath.keys()) if (key === own || key.startsWith(below)) this.byPath.delete(key)
  }
}
