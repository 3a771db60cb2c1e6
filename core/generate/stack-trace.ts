// Made-up stack traces, in the shapes of the languages that services are written in.
import type { Service } from './generated-event.ts'
import type { Random } from './random.ts'

type Maker = (random: Random, service: Service) => string

const java: Maker = (random, service) => [
  'java.net.SocketTimeoutException: Read timed out',
  ...frames(random, (n) => `\tat com.shop.${service}.${random.of(['Gateway', 'Client', 'Handler', 'Filter'])}.${random.of(['call', 'send', 'handle', 'apply'])}(${service}.java:${n})`),
  '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
].join('\n')

const python: Maker = (random, service) => [
  'Traceback (most recent call last):',
  ...frames(random, (n) => `  File "/app/${service}/${random.of(['views', 'client', 'tasks'])}.py", line ${n}, in ${random.of(['send', 'fetch', 'run'])}\n    return self.transport.call(request)`),
  'TimeoutError: timed out',
].join('\n')

const node: Maker = (random, service) => [
  'Error: connect ETIMEDOUT 10.0.3.7:8443',
  ...frames(random, (n) => `    at ${random.of(['Client.request', 'async handle', 'Pool.acquire'])} (/app/${service}/${random.of(['client', 'router', 'pool'])}.js:${n}:${1 + random.below(60)})`),
].join('\n')

const BY_SERVICE: Readonly<Record<Service, Maker>> = { auth: java, payment: java, api: node, web: node, worker: python }

export function stackTrace(random: Random, service: Service): string {
  return BY_SERVICE[service](random, service)
}

function frames(random: Random, frame: (line: number) => string): string[] {
  return Array.from({ length: 3 + random.below(6) }, () => frame(10 + random.below(900)))
}
