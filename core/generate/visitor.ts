// A visitor of the made-up shop: logs in, browses, fills a cart, pays, sometimes fails and tries again.
import type { GeneratedEvent, Service } from './generated-event.ts'
import type { Random } from './random.ts'
import { stackTrace } from './stack-trace.ts'

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
  'shop-app/4.2 (Android 16)',
]

/** Typical times to answer, ms; what `TAIL` makes of them is one in a hundred ten times as long. */
const TYPICAL: Readonly<Record<Service, number>> = { auth: 35, payment: 180, api: 22, web: 9, worker: 400 }
/** Percent of the typical time, one drawn for each answer: most near it, a few far beyond. */
const TAIL = [
  40, 45, 50, 55, 60, 65, 70, 72, 75, 78, 80, 82, 85, 88, 90, 92, 94, 96, 98, 100, 102, 104, 106, 108, 110, 113, 116, 120, 124, 128, 133, 138, 144, 150,
  157, 165, 174, 184, 195, 208, 223, 240, 260, 285, 315, 350, 400, 460, 540, 650, 800, 1200,
]

/** At most so many wrong passwords, or declined cards. */
const TRIES = 3

type Step = 'arrive' | 'login' | 'browse' | 'cart' | 'checkout' | 'pay' | 'receipt' | 'logout' | 'gone'

export class Visitor {
  readonly #random: Random
  readonly #user: string
  readonly #session: string
  readonly #ip: string
  readonly #agent: string
  #step: Step = 'arrive'
  #request = 0
  #left: number
  #order = 0
  #cents = 0
  #failures = 0

  constructor(random: Random) {
    this.#random = random
    this.#user = `user-${1000 + random.below(9000)}`
    this.#session = hex(random.next()) + hex(random.next())
    this.#ip = `${random.of([10, 85, 93, 141, 178, 203])}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
    this.#agent = random.of(AGENTS)
    this.#left = 1 + random.below(6)
  }

  get gone(): boolean {
    return this.#step === 'gone'
  }

  /** What happens next. `ill` is the share of requests to a service that fail at the moment. */
  advance(event: GeneratedEvent, ill: (service: Service) => number): void {
    event.user = this.#user
    event.session = this.#session
    event.ip = this.#ip
    event.agent = this.#agent
    this.#request++
    event.request = `req-${this.#session.slice(0, 8)}-${this.#request}`
    event.exception = ''
    event.level = 'info'
    const before = this.#step
    this.#act(event)
    event.duration = answerTime(this.#random, event.service)
    const share = ill(event.service)
    if (share > 0 && this.#random.chance(share)) this.#fail(event, before)
  }

  #act(event: GeneratedEvent): void {
    const random = this.#random
    switch (this.#step) {
      case 'arrive':
        request(event, 'web', 'GET', '/', 200, 5000 + random.below(9000), 'page served')
        this.#step = 'login'
        return
      case 'login':
        if (random.chance(0.08) && ++this.#failures <= TRIES) {
          request(event, 'auth', 'POST', '/login', 401, 120, 'login failed: wrong password')
          event.level = 'warn'
          if (this.#failures === TRIES) this.#step = 'gone'
          return
        }
        request(event, 'auth', 'POST', '/login', 200, 340, 'login succeeded, token issued')
        this.#step = 'browse'
        return
      case 'browse':
        this.#browse(event)
        return
      case 'cart':
        request(event, 'api', 'POST', '/api/cart', 201, 90, `item ${1 + random.below(5000)} added to cart`)
        this.#step = random.chance(0.7) ? 'checkout' : 'logout'
        return
      case 'checkout':
        this.#order = 100_000 + random.below(900_000)
        this.#cents = 500 + random.below(25_000)
        request(event, 'api', 'POST', '/api/orders', 201, 210, `order ${this.#order} created`)
        this.#failures = 0
        this.#step = 'pay'
        return
      case 'pay':
        this.#pay(event)
        return
      case 'receipt':
        plain(event, 'worker', `job finished: receipt of order ${this.#order} sent`)
        this.#step = 'logout'
        return
      default:
        request(event, 'auth', 'POST', '/logout', 204, 0, 'logged out')
        this.#step = 'gone'
    }
  }

  #browse(event: GeneratedEvent): void {
    const random = this.#random
    const item = 1 + random.below(5000)
    if (random.chance(0.02)) {
      request(event, 'api', 'GET', `/api/products/${item}`, 404, 60, `product ${item} not found`)
      event.level = 'warn'
    } else if (random.chance(0.25)) {
      request(event, 'web', 'GET', `/search?q=${random.of(['lamp', 'desk', 'chair', 'shelf', 'rug'])}&page=${1 + random.below(4)}`, 200, 3000 + random.below(6000), 'search served')
    } else request(event, 'api', 'GET', `/api/products/${item}`, 200, 600 + random.below(1500), 'product shown')
    if (--this.#left <= 0) this.#step = random.chance(0.6) ? 'cart' : 'logout'
  }

  #pay(event: GeneratedEvent): void {
    const random = this.#random
    const amount = `${Math.floor(this.#cents / 100)}.${String(this.#cents % 100).padStart(2, '0')} EUR`
    if (random.chance(0.09) && ++this.#failures <= TRIES) {
      request(event, 'payment', 'POST', '/api/payments', 402, 140, `card declined by the issuer: ${amount} for order ${this.#order}`)
      event.level = this.#failures === TRIES ? 'error' : 'warn'
      if (this.#failures === TRIES) this.#step = 'logout'
      return
    }
    request(event, 'payment', 'POST', '/api/payments', 200, 180, `payment authorized: ${amount} for order ${this.#order}`)
    this.#step = random.chance(0.97) ? 'receipt' : 'logout'
  }

  /** The service is ill: nothing came of the request. Most try it again. */
  #fail(event: GeneratedEvent, before: Step): void {
    this.#step = this.#random.chance(0.7) ? before : 'logout'
    event.level = 'error'
    event.status = event.method === '' ? 0 : this.#random.of([500, 502, 503])
    event.message = `${event.service} cannot answer: upstream timed out`
    event.duration = event.duration * 10 + 3000
    if (this.#random.chance(0.3)) event.exception = stackTrace(this.#random, event.service)
  }
}

export function answerTime(random: Random, service: Service): number {
  return Math.max(1, Math.floor((TYPICAL[service] * random.of(TAIL)) / 100))
}

export function plain(event: GeneratedEvent, service: Service, message: string): void {
  request(event, service, '', '', 0, 0, message)
}

function request(event: GeneratedEvent, service: Service, method: string, path: string, status: number, bytes: number, message: string): void {
  event.service = service
  event.method = method
  event.path = path
  event.status = status
  event.bytes = bytes
  event.message = message
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
