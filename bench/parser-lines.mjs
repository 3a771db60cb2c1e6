// Lines of every format a parser reads, as real as a formula makes them: FORMATS[parser] gives line n, OPTIONS[parser] what the parser needs to be told.
const SERVICES = ['auth', 'payment', 'api', 'web', 'worker']
const LEVELS = ['INFO', 'INFO', 'INFO', 'DEBUG', 'WARN', 'ERROR']
const MESSAGES = ['user login succeeded for account', 'card declined by issuer of order', 'cache refreshed after', 'background job finished in', 'upstream closed the connection of request']

/** 32 bits that look random but depend on `n` alone. */
const mix = (n) => {
  const a = Math.imul(n ^ (n >>> 15), 0x9e3779b1)
  return (a ^ (a >>> 13)) >>> 0
}
const pick = (list, n) => list[mix(n) % list.length]
const pad = (value, width) => String(value).padStart(width, '0')
const timeOf = (n) => new Date(Date.UTC(2026, 10, 1) + n * 37)
const iso = (n) => timeOf(n).toISOString()
const clock = (n) => iso(n).slice(11, 23)
const ip = (n) => `10.${mix(n) % 256}.${mix(n + 1) % 256}.${mix(n + 2) % 256}`
const message = (n) => `${pick(MESSAGES, n + 3)} ${mix(n + 4) % 100_000}`
const access = (n) => `${ip(n)} - u${mix(n + 5) % 5000} [01/Nov/2026:${iso(n).slice(11, 19)} +0000] "GET /api/v1/orders/${mix(n + 6) % 1e6}?page=${n % 7} HTTP/1.1" ${pick([200, 200, 200, 404, 500], n + 7)} ${mix(n + 8) % 90_000}`
const json = (n) => `{"time":"${iso(n)}","level":"${pick(LEVELS, n).toLowerCase()}","service":"${pick(SERVICES, n)}","message":"${message(n)}","user_id":"u${mix(n) % 5000}","latency_ms":${mix(n + 9) % 900},"ip":"${ip(n)}"}`
const nanos = (n) => `${iso(n).slice(0, 19)}.${pad(mix(n) % 1e9, 9)}Z`
const klogLine = (n) => `${pick(['I', 'I', 'W', 'E'], n)}1101 ${clock(n)}${pad(mix(n) % 1000, 3)}   ${mix(n) % 90_000} controller.go:${mix(n + 1) % 900}] "${message(n)}" pod="kube-system/coredns-${mix(n)}" node="worker-${n % 12}"`

export const FORMATS = {
  json,
  text: (n) => `${iso(n)} ${pick(LEVELS, n)} ${pick(SERVICES, n)}: ${message(n)} from ${ip(n)} for user u${mix(n + 2) % 5000}, session ${pad(mix(n + 3), 10)}`,
  logfmt: (n) => `ts=${nanos(n)} caller=http.go:${mix(n) % 900} level=${pick(LEVELS, n).toLowerCase()} traceID=${mix(n + 1).toString(16)} orgID=${mix(n + 2) % 9000} msg="${message(n)}" duration=${mix(n + 3) % 900}ms status=200`,
  combined: (n) => `${access(n)} "https://shop.example/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0"`,
  common: access,
  csv: (n) => `${iso(n)},${pick(LEVELS, n)},${pick(SERVICES, n)},"${message(n)}, from ${ip(n)}",u${mix(n) % 5000},${mix(n + 1) % 900},${mix(n + 2)},${ip(n + 3)}`,
  syslog: (n) => `<${8 * (n % 20) + (n % 8)}>1 ${nanos(n)} web${n % 9}.example.com ${pick(SERVICES, n)} ${mix(n) % 60_000} ID${n % 50} [origin@32473 ip="${ip(n)}" seq="${n}"] ${message(n)} from ${ip(n + 1)}`,
  key_value: (n) => `ts: ${nanos(n)}; level: ${pick(LEVELS, n).toLowerCase()}; trace: ${mix(n + 1).toString(16)}; org: ${mix(n + 2) % 9000}; msg: "${message(n)}"; duration: ${mix(n + 3) % 900}ms; status: 200; client: ${ip(n)}`,
  cri: (n) => `${nanos(n)} std${n % 9 === 0 ? 'err' : 'out'} F ${klogLine(n)}`,
  docker: (n) => `{"log":"${iso(n)} ${pick(LEVELS, n)} ${pick(SERVICES, n)}: ${message(n)} from ${ip(n)}\\n","stream":"stdout","time":"${nanos(n)}"}`,
  klog: klogLine,
  log4j: (n) => `${iso(n).slice(0, 10)} ${clock(n).replace('.', ',')} ${pick(LEVELS, n)} [pool-${n % 9}-thread-${n % 30}] com.example.shop.${pick(SERVICES, n)}.OrderService - ${message(n)} from ${ip(n)}`,
  postgres: (n) => `${iso(n).slice(0, 10)} ${clock(n)} UTC [${mix(n) % 60_000}] user=app,db=shop LOG:  duration: ${mix(n) % 900}.${mix(n + 1) % 1000} ms  statement: SELECT * FROM orders WHERE id = ${mix(n + 2)} AND account = 'u${mix(n + 3) % 5000}'`,
  regex: (n) => `${iso(n)} ${pick(LEVELS, n)} [${pick(SERVICES, n)}] user=u${mix(n) % 5000} status=${pick([200, 404, 500], n)} ${message(n)} from ${ip(n)} in ${mix(n + 1) % 900} ms`,
  grok: (n) => `${access(n)} "https://shop.example/cart" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0"`,
  embedded_json: (n) => `${iso(n)} ${pick(LEVELS, n)} ${pick(SERVICES, n)}: {"message":"${message(n)}","user_id":"u${mix(n) % 5000}","latency_ms":${mix(n + 9) % 900},"ip":"${ip(n)}"}`,
}

export const OPTIONS = {
  csv: { columns: ['time', 'level', 'service', 'message', 'user_id', 'latency_ms', 'order', 'ip'] },
  key_value: { value_separator: ':', pair_separator: ';' },
  regex: { pattern: '^(?P<time>\\S+) (?P<level>[A-Z]+) \\[(?P<service>[^\\]]+)\\] user=(?P<user>\\S+) status=(?P<status>\\d+) (?P<message>.*) in (?P<latency_ms>\\d+) ms$' },
  grok: { pattern: '%{COMBINEDAPACHELOG}' },
}
