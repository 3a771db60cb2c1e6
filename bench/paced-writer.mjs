// Appends numbered JSON lines of 200 bytes to a file at a steady pace until its parent says stop: node paced-writer.mjs FILE MB_PER_SECOND (forked). Says at the end how many there are.
import { closeSync, openSync, writeSync } from 'node:fs'

const [file, rate] = process.argv.slice(2)
const LINE_BYTES = 200
const TICK_MS = 20
const perTick = Math.round((Number(rate) * 1e6 * TICK_MS) / 1000 / LINE_BYTES)
const DIGITS = 12

// A block is written over and over with other numbers: making each line anew would cost more than reading it.
const open = '{"timestamp":"'
const head = `${open}2026-11-01T00:00:00.000Z","level":"INFO","service":"api-svc","n":"`
const foot = '","message":"GET /api/v1/orders completed","latency_ms":117,"ip":"10.3.17.99","note":"'
const pad = 'x'.repeat(LINE_BYTES - head.length - DIGITS - foot.length - 3)
const block = Buffer.from(`${head}${'0'.repeat(DIGITS)}${foot}${pad}"}\n`.repeat(perTick))

const fd = openSync(file, 'a')
let written = 0
let stopped = false
process.on('message', () => (stopped = true))
process.on('disconnect', () => process.exit())
const began = performance.now()

function tick() {
  if (stopped) return end()
  // Behind a stall it catches up.
  while (written / perTick < (performance.now() - began) / TICK_MS) {
    // Logs are of now: the newest records lie together at the end, as they do anywhere.
    const now = Buffer.from(new Date().toISOString())
    for (let i = 0; i < perTick; i++) {
      now.copy(block, i * LINE_BYTES + open.length)
      number(block, i * LINE_BYTES + head.length, written++)
    }
    for (let at = 0; at < block.length; ) at += writeSync(fd, block, at)
  }
  setTimeout(tick, TICK_MS)
}

function end() {
  closeSync(fd)
  process.send({ written })
  process.disconnect()
}

function number(bytes, at, value) {
  let rest = value
  for (let i = at + DIGITS - 1; i >= at; i--) {
    bytes[i] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}

tick()
