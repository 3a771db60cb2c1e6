// How far an output is behind, in words.
import type { OutputStatus } from '../core/read-model.ts'
import { count, duration } from './format.ts'

/** `up to date`, `1.2k behind`, `1.2k behind, 40 s`. */
export function lagText({ lag, lagSeconds, state }: OutputStatus): string {
  if (state === 'stopped') return 'stopped'
  if (lag === 0) return 'up to date'
  return `${count(lag)} behind${lagSeconds >= 1 ? `, ${duration(lagSeconds * 1000)}` : ''}`
}
