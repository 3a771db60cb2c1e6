// Preloaded with `node --import`: shifts the wall clock of a process by the milliseconds that a file says, from the moment it says them. The monotonic clock goes on as it does.
import { readFileSync } from 'node:fs'

const file = process.env.SAWLOG_TEST_CLOCK
const RealDate = globalThis.Date
const realNow = RealDate.now
/** Far below what anything in the server waits for. */
const LOOK_MS = 10

let shift = read()
setInterval(() => (shift = read()), LOOK_MS).unref()

function read() {
  return Number(readFileSync(file, 'utf8'))
}

const now = () => realNow() + shift
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
})
