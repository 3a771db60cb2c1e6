// Receivers of peers over real sockets, each with a journal of its own, and requests as a sender makes them.
import { rmSync } from 'node:fs'
import { Hono } from 'hono'
import { createHooks } from '../../../core/hooks.ts'
import { createBodyBudget } from '../../../core/http/body-budget.ts'
import { HttpProblem } from '../../../core/http/http-problem.ts'
import { listen, type Listening } from '../../../core/http/listen.ts'
import { Intake } from '../../../core/intake.ts'
import { PeerReceiver } from '../../../core/peers/peer-receiver.ts'
import { peerHeaders, type PeerRequest } from '../../../core/peers/peer-request.ts'
import { parsePlace, type Place } from '../../../core/peers/place.ts'
import { Pipeline } from '../../../core/pipeline.ts'
import { freshDirectory, openAt, type Opened, readAll, type ReadLine } from '../journal/journal-at.ts'

export interface Node extends Opened {
  readonly hooks: ReturnType<typeof createHooks>
  records(): Promise<ReadLine[]>
  /** Names of the streams it knows. */
  streams(): string[]
}

export interface Answer {
  readonly status: number
  readonly accepted?: number
  readonly last?: string | null
  readonly run?: string
  readonly detail?: string
}

/** One server; each path is a node of its own, made when it is first asked. */
export class PeerScene {
  readonly #nodes = new Map<string, Promise<Node & { readonly receiver: PeerReceiver }>>()
  readonly #directories: string[] = []
  #listening!: Listening

  static async open(): Promise<PeerScene> {
    const scene = new PeerScene()
    const app = new Hono()
    app.onError((error) => (error instanceof HttpProblem ? error.toResponse() : new Response(String(error.stack), { status: 500 })))
    app.post('/:name', async (c) => {
      const { receiver } = await scene.#node(c.req.param('name'))
      receiver.isMeant(c)
      return receiver.take(c)
    })
    scene.#listening = await listen(() => app, { host: '127.0.0.1', port: 0 })
    return scene
  }

  get port(): number {
    return this.#listening.port
  }

  url(name: string): string {
    return `http://127.0.0.1:${this.port}/${name}`
  }

  node(name: string): Promise<Node> {
    return this.#node(name)
  }

  /** A request of stream journal/out/0/epoch; lines by their text. */
  async post(name: string, lines: readonly string[], range: readonly [from: string, to: string], more: Partial<PeerRequest> = {}): Promise<Answer> {
    const [from, to] = range.map((text) => parsePlace(text) as Place) as [Place, Place]
    const request: PeerRequest = { journal: 'sender-journal', output: 'out', lane: 0, epoch: '0000000000000001', from, to, opens: false, follows: false, run: 'aaaaaaaaaaaaaaaa', via: ['sender-j'], ...more }
    const response = await fetch(this.url(name), { method: 'POST', headers: peerHeaders(request), body: lines.map((line) => `${line}\n`).join('') })
    return { status: response.status, ...((await response.json()) as object) }
  }

  async close(): Promise<void> {
    await this.#listening.close(100)
    for (const node of this.#nodes.values()) await (await node).journal.close()
    for (const directory of this.#directories) rmSync(directory, { recursive: true, force: true })
  }

  #node(name: string): Promise<Node & { readonly receiver: PeerReceiver }> {
    let node = this.#nodes.get(name)
    if (node === undefined) this.#nodes.set(name, (node = this.#made()))
    return node
  }

  async #made(): Promise<Node & { readonly receiver: PeerReceiver }> {
    const directory = freshDirectory()
    this.#directories.push(directory)
    const opened = await openAt(directory)
    const hooks = createHooks()
    const port = new Intake(opened.journal, new Pipeline(opened.journal, hooks, () => undefined)).port('http', 'auto')
    const receiver = new PeerReceiver({ ...port, journal: opened.journal.id, bodies: createBodyBudget({ size: 64 << 20, maxBody: 16 << 20, maxInflated: 64 << 20 }) })
    return { ...opened, hooks, receiver, records: () => readAll(opened.journal), streams: () => [...port.streams().keys()] }
  }
}
