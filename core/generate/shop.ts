// The made-up shop: a crowd of visitors, and what its services do by themselves.
import { GeneratedEvent, type Service } from './generated-event.ts'
import { Random } from './random.ts'
import { stackTrace } from './stack-trace.ts'
import { answerTime, plain, Visitor } from './visitor.ts'

/** At 20 lines a second each of them does something every ten seconds. */
const CROWD = 200
/** Share of lines that no visitor causes. */
const BACKGROUND = 0.12

interface Chore {
  readonly service: Service
  readonly level: GeneratedEvent['level']
  readonly message: string
  /** Of 200 chores, about as many. */
  readonly weight: number
  readonly trace?: true
}

const CHORES: readonly Chore[] = [
  { service: 'worker', level: 'info', message: 'job finished: prices imported', weight: 60 },
  { service: 'worker', level: 'debug', message: 'cache refreshed', weight: 60 },
  { service: 'web', level: 'debug', message: 'health check answered', weight: 40 },
  { service: 'auth', level: 'debug', message: 'keys rotated', weight: 10 },
  { service: 'worker', level: 'warn', message: 'queue is getting long', weight: 16 },
  { service: 'api', level: 'warn', message: 'slow query: 1204 ms', weight: 8 },
  { service: 'worker', level: 'error', message: 'job failed: cannot reach the mail server', weight: 5, trace: true },
  { service: 'worker', level: 'fatal', message: 'out of memory, restarting', weight: 1 },
]
/** Each as often as its weight says: choosing is one index. */
const DECK: readonly Chore[] = CHORES.flatMap((chore) => Array.from({ length: chore.weight }, () => chore))

export class Shop {
  readonly random: Random
  readonly #visitors: Visitor[]

  constructor(seed: number) {
    this.random = new Random(seed)
    this.#visitors = Array.from({ length: CROWD }, () => this.#visitorInside())
  }

  /** Fills in what happens next; all but the time. `ill` is the share of requests to a service that fail at the moment. */
  next(event: GeneratedEvent, ill: (service: Service) => number): void {
    const { random } = this
    if (random.chance(BACKGROUND)) {
      this.#chore(event)
      return
    }
    const at = random.below(CROWD)
    const visitor = this.#visitors[at] as Visitor
    visitor.advance(event, ill)
    if (visitor.gone) this.#visitors[at] = new Visitor(random)
  }

  /** Somewhere on the way: a shop does not open with everybody at the door. */
  #visitorInside(): Visitor {
    const visitor = new Visitor(this.random)
    const unseen = new GeneratedEvent()
    for (let steps = this.random.below(8); steps > 0 && !visitor.gone; steps--) visitor.advance(unseen, () => 0)
    return visitor.gone ? new Visitor(this.random) : visitor
  }

  #chore(event: GeneratedEvent): void {
    const { service, level, message, trace } = this.random.of(DECK)
    plain(event, service, message)
    event.level = level
    event.user = ''
    event.session = ''
    event.ip = ''
    event.agent = ''
    event.request = ''
    event.duration = answerTime(this.random, service)
    event.exception = trace === true ? stackTrace(this.random, service) : ''
  }
}
