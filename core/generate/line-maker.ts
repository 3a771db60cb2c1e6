// Makes lines of the made-up shop, one after the other, at the times it is told.
import { fieldMakers, type CustomFields, type FieldMaker } from './custom-fields.ts'
import { GeneratedEvent, type Service } from './generated-event.ts'
import { csvHeader, type LineFormat, RENDER_LINE, type RenderLine } from './render-line.ts'
import { Shop } from './shop.ts'

export interface Incident {
  readonly service: Service
  /** ms, all of them. */
  readonly after: number
  readonly every: number
  readonly for: number
  /** Share of requests that fail. */
  readonly errors: number
}

export interface LineMakerOptions {
  readonly format: LineFormat
  readonly incidents: readonly Incident[]
  readonly malformed: number
  readonly fields: CustomFields
  readonly seed: number
  readonly sequence: boolean
  /** The number of the first line. */
  readonly first: number
}

export class LineMaker {
  /** What a file must begin with, or null. */
  readonly header: string | null
  readonly #options: LineMakerOptions
  readonly #shop: Shop
  readonly #render: RenderLine
  readonly #fields: readonly FieldMaker[]
  readonly #event = new GeneratedEvent()
  readonly #ill: (service: Service) => number
  #seq: number
  #sinceStart = 0
  /** The text of `#time` is made once a millisecond: a Date costs as much as the rest of the line. */
  #time = NaN
  #timeText = ''

  constructor(options: LineMakerOptions) {
    const { format, fields, seed, first, incidents } = options
    this.#options = options
    this.#shop = new Shop(seed)
    this.#render = RENDER_LINE[format]
    this.#fields = fieldMakers(fields)
    this.#seq = first
    this.header = format === 'csv' ? csvHeader(this.#fields.map(({ name }) => name)) : null
    this.#ill = incidents.length === 0 ? () => 0 : (service) => this.#share(service)
  }

  /** `time` in epoch ms; `sinceStart` in ms, for incidents. */
  line(time: number, sinceStart: number): string {
    const { malformed, sequence } = this.#options
    const event = this.#event
    const { random } = this.#shop
    this.#sinceStart = sinceStart
    this.#shop.next(event, this.#ill)
    if (time !== this.#time) {
      this.#time = time
      this.#timeText = new Date(time).toISOString()
    }
    const more = this.#fields.map(({ name, make }) => [name, make(random)] as const)
    const line = this.#render(event, this.#timeText, sequence ? this.#seq++ : null, more)
    return malformed > 0 && random.chance(malformed) ? this.#broken(line) : line
  }

  #share(service: Service): number {
    let share = 0
    for (const incident of this.#options.incidents) {
      if (incident.service !== service || this.#sinceStart < incident.after) continue
      if ((this.#sinceStart - incident.after) % incident.every < incident.for) share = Math.max(share, incident.errors)
    }
    return share
  }

  /** Cut off or garbled somewhere in its second half, behind its number: it is still known which line it was. */
  #broken(line: string): string {
    const { random } = this.#shop
    const [first = ''] = line.split('\n', 1)
    const number = (this.#options.format === 'csv' ? /^(?:[^,]*,){3}\d+,/ : /seq\W{1,2}\d+\D/).exec(first)
    const from = Math.max(first.length >> 1, number === null ? 0 : number.index + number[0].length)
    const at = from + random.below(Math.max(1, first.length - from))
    return random.chance(0.5) ? first.slice(0, at) : `${first.slice(0, at)}\u0000\uFFFD{[${first.slice(at + 3)}`
  }
}
