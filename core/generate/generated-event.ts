// One thing that happened in the made-up shop, before it becomes a line.
import type { Level } from '../level.ts'

export const SERVICES = ['auth', 'payment', 'api', 'web', 'worker'] as const
export type Service = (typeof SERVICES)[number]

/** One object is used again and again: read it before the next is made. */
export class GeneratedEvent {
  /** Epoch ms. */
  time = 0
  level: Level = 'info'
  service: Service = 'web'
  message = ''
  user = ''
  session = ''
  request = ''
  ip = ''
  /** Empty where it is no request. */
  method = ''
  path = ''
  status = 0
  /** Of the answer. */
  bytes = 0
  duration = 0
  agent = ''
  /** A stack trace, or empty. */
  exception = ''
}
