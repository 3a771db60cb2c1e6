// The sections of the configuration that are not lists of components: server, log, data, plugins, journal.
import { z } from 'zod'
import { zstd } from '../journal/sealed/zstd.ts'
import { LOG_LEVELS } from '../log.ts'
import { tlsServer } from '../net/tls-server-option.ts'
import { DEFAULT_DATA } from './default-data.ts'
import { secret } from './secret.ts'
import { bytes, duration } from './units.ts'

const auth = z.union([
  z.literal('none').describe('Everybody who reaches the port may read and write.'),
  z
    .strictObject({
      password: secret().optional().describe('Password of the pages and the reading API.'),
      tokens: z
        .record(z.string().min(1), secret())
        .refine((tokens) => Object.keys(tokens).length > 0, 'expected at least one token, as NAME: TOKEN')
        .optional()
        .describe('Bearer tokens of senders, each under the name shown on pages.'),
    })
    .refine(({ password, tokens }) => password !== undefined || tokens !== undefined, 'expected "password", "tokens" or both')
    .describe('Who may read and write.'),
])

export const SETTINGS = {
  server: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1').describe('Address to listen on. One beyond this machine needs `auth`.'),
      port: z.int().min(0).max(65_535).default(5000).describe('Port to listen on; 0 takes any free one.'),
      auth: auth.default('none').describe('`none`, or a password for the pages and tokens for senders.'),
      tls: tlsServer().optional().describe('Serves HTTPS instead of HTTP. Files that change are read again within a minute. With `ca` everybody who connects needs a certificate, browsers as well. For the commands name an authority of your own in NODE_EXTRA_CA_CERTS.'),
      max_body: bytes({ min: 1024, max: 1024 ** 3 }).prefault('16MiB').describe('Largest request body as it is sent; beyond it 413. Decompressed it may have four times as many bytes.'),
      max_bodies: bytes({ min: 1024 }).prefault('64MiB').describe('All request bodies in flight; beyond it 503 with Retry-After.'),
    })
    .prefault({})
    .describe('The HTTP server.'),
  log: z
    .strictObject({
      level: z.enum(LOG_LEVELS).default('info').describe('Lowest level shown.'),
      format: z.enum(['text', 'json']).default('text').describe('Text for people, JSON lines for machines.'),
    })
    .prefault({})
    .describe("Sawlog's own logs, on stderr."),
  data: z.string().min(1).default(DEFAULT_DATA).describe('Folder of the journal and its databases, from the working directory. One process at a time may use it.'),
  plugins: z.array(z.string().min(1)).default([]).describe("Modules that add plugin types: paths from this file's folder, or package names."),
  journal: z
    .strictObject({
      fsync: z.enum(['always', 'interval', 'never']).default('always').describe('When records are forced to disk. Only `always` survives a power cut without loss.'),
      segment_size: bytes({ min: 1024 }).prefault('64MiB').describe('A segment is sealed at this size.'),
      segment_age: duration({ min: 1000 }).prefault('1h').describe('A segment is sealed at this age.'),
      compression: z
        .enum(['gzip', 'zstd'])
        .refine((value) => value !== 'zstd' || zstd !== null, `this Node.js (${process.version}) has no Zstandard: write gzip, or run 22.15 or later`)
        .default('gzip')
        .describe('How sealed segments are compressed: `gzip` is read by everything, `zstd` (Node.js 22.15 and later) is three times faster and a little smaller.'),
      compression_level: z.int().min(1).max(19).default(1).describe('1 is fastest; gzip goes up to 9 (6: a sixth smaller, at half the speed), zstd up to 19.'),
      max_unsealed: bytes({ min: 1024 }).prefault('1GiB').describe('Closed segments not yet sealed; beyond it sources wait until sealing has caught up. Up to a quarter of it, and for ten seconds a segment, sealing waits while the server is busy.'),
      max_size: bytes({ min: 1024 }).prefault('20GB').describe('Largest journal. Retention keeps it smaller; when outputs hold it back, `on_full` decides.'),
      on_full: z.enum(['block', 'drop_oldest']).default('block').describe('At `max_size`: pause the sources, or delete the oldest records though an output still wants them.'),
      max_pending: bytes({ min: 1024 }).prefault('2MiB').describe('Records read but not yet on disk; beyond it sources wait.'),
      reserve: bytes({ min: 0 }).prefault('8MiB').describe('Space held free so that retention can still work on a full disk.'),
    })
    .superRefine(({ compression, compression_level }, context) => {
      if (compression === 'gzip' && compression_level > 9) context.addIssue({ code: 'custom', path: ['compression_level'], message: 'gzip has levels 1 to 9' })
    })
    .prefault({})
    .describe('The durable log.'),
} as const

/** Lists are checked entry by entry with their plugins; here only that they are lists. */
const list = (what: string) => z.array(z.unknown()).optional().describe(what)

export const settingsSchema = z.strictObject({
  ...SETTINGS,
  sources: list('Where records come from.'),
  parsers: list('Parsers with options, tried first by `auto`. Parsers that need no options are there without being declared.'),
  taggers: list('What adds tags. Without this list the default keywords are used.'),
  filters: list('What drops or changes records before they are stored, in order.'),
  outputs: list('Where stored records are delivered to.'),
  retention: list('What deletes old records.'),
})

export type Settings = z.output<typeof settingsSchema>
