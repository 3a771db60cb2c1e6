// Writes numbered lines into a file at a rate and rotates it, as a process of its own: killing the server must not disturb it.
// node file-writer.mjs PATH rename|copytruncate LINES LINES_PER_SECOND SEED
//
// copytruncate copies and truncates while nothing is written: what another writer adds in between is lost by the rotation itself.
import { closeSync, copyFileSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'

const [path, rotation, lineCount, perSecond, seedText] = process.argv.slice(2)
const lines = Number(lineCount)
const rate = Number(perSecond)

/** Often enough that some line is torn between two writes in every round. */
const TICK_MS = 10
/** Lines between two rotations: a few hundred KB, so that each kill has rotations near it. */
const ROTATE_MIN = 1000
/** A short run is sure to rotate twice: with 4,800 lines and up to 5,000 between two rotations, one run in twenty had none. */
const ROTATE_SPREAD = Math.max(1, Math.min(4000, Math.floor(lines / 2) - ROTATE_MIN))

let state = Number(seedText)
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}

let fd = openSync(path, 'a')
let number = 0
let rotations = 0
let untilRotation = ROTATE_MIN + random(ROTATE_SPREAD)
/** The second half of a line whose first half is already in the file. */
let torn = null
const started = Date.now()

const LEVELS = ['debug', 'info', 'info', 'warn', 'error']
function nextLine() {
  const message = `payment ${number} für Müller ${'x'.repeat(random(120))}`
  return Buffer.from(`${JSON.stringify({ time: new Date().toISOString(), level: LEVELS[random(LEVELS.length)], via: rotation, n: number++, message })}\n`)
}

function writeAll(bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

function rotate() {
  rotations++
  untilRotation = ROTATE_MIN + random(ROTATE_SPREAD)
  const aside = `${path}.${String(rotations).padStart(4, '0')}`
  if (rotation === 'rename') {
    renameSync(path, aside)
    closeSync(fd)
    fd = openSync(path, 'a')
  } else {
    copyFileSync(path, aside)
    ftruncateSync(fd, 0)
  }
}

function tick() {
  if (torn !== null) {
    writeAll(torn)
    torn = null
    // A program rotates between lines.
    if (untilRotation <= 0) rotate()
  }
  const due = Math.min(lines, Math.floor(((Date.now() - started) * rate) / 1000))
  const parts = []
  while (number < due && untilRotation > 0) {
    parts.push(nextLine())
    untilRotation--
  }
  if (parts.length > 0 && random(3) === 0) {
    const last = parts.pop()
    const cut = 1 + random(last.length - 1)
    parts.push(last.subarray(0, cut))
    torn = last.subarray(cut)
  }
  if (parts.length > 0) writeAll(Buffer.concat(parts))
  if (torn === null && untilRotation <= 0) rotate()
  if (number < lines || torn !== null) {
    setTimeout(tick, TICK_MS)
    return
  }
  process.stdout.write(`${JSON.stringify({ written: number, rotations })}\n`)
}

tick()
