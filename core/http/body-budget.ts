// The bytes that all request bodies in flight may take together: beyond it a request is told to come again later.
import type { BodyBudget } from '../define-plugin.ts'

export interface BudgetLimits {
  /** All bodies together. */
  readonly size: number
  /** One body as it is sent. */
  readonly maxBody: number
  /** One body after decompression. */
  readonly maxInflated: number
}

export function createBodyBudget({ size, maxBody, maxInflated }: BudgetLimits): BodyBudget & { readonly used: number } {
  let used = 0
  return {
    size,
    maxBody,
    maxInflated,
    take(bytes) {
      if (used + bytes > size) return false
      used += bytes
      return true
    },
    give(bytes) {
      used -= bytes
      if (used < 0) throw new Error('BUG: more bytes given back than were taken')
    },
    get used() {
      return used
    },
  }
}
