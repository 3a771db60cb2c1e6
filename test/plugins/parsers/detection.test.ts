// What the parsers of container and server logs claim of real logs: their own and nothing else. They are not part of the project.
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ParserPlugin } from '../../../core/define-plugin.ts'
import cri from '../../../plugins/parsers/cri.ts'
import docker from '../../../plugins/parsers/docker.ts'
import json from '../../../plugins/parsers/json.ts'
import klog from '../../../plugins/parsers/klog.ts'
import log4j from '../../../plugins/parsers/log4j.ts'
import postgres from '../../../plugins/parsers/postgres.ts'
import { sharedData } from '../../shared-data.ts'
import { host } from '../tap-host.ts'

const PARSERS: readonly ParserPlugin[] = [docker, json, cri, klog, postgres, log4j] as unknown as ParserPlugin[]
/** As many lines as `auto` looks at. */
const SAMPLE_LINES = 50

/** Which parsers claim what; everything else must be claimed by none. */
const WANTED: Readonly<Record<string, string>> = {
  'cnpg-json/cloudsql.jsonl': 'json',
  'cnpg-json/cnpg.jsonl': 'json',
  'derived-cri-docker/cri.log': 'cri',
  // `auto` asks docker first.
  'derived-cri-docker/docker-json.log': 'docker json',
  'derived-cri-docker/expected.jsonl': 'json',
  'fluentbit-stacktraces/iis-in-json.jsonl': 'json',
  'kafka-log4j-multiline/controller-stacktraces.log': 'log4j',
  'kafka-log4j-multiline/server-config-dump.log': 'log4j',
  'kafka-log4j-multiline/server-stacktraces.log': 'log4j',
  'loghub/HDFS/HDFS_2k.log': 'log4j',
  'loghub/Spark/Spark_2k.log': 'log4j',
  'loghub/Zookeeper/Zookeeper_2k.log': 'log4j',
  'postgres-stderr/begin_end.log': 'postgres',
  'postgres-stderr/csv_statement.csv': 'postgres',
  'postgres-stderr/light.log': 'postgres',
  'postgres-stderr/multiline_param.log': 'postgres',
  'postgres-stderr/pg_rawcsv.csv': 'postgres',
  'postgres-stderr/rds.log': 'postgres',
}

const folder = sharedData('logs')

test.skipIf(folder === null)(`each parser claims its own logs and no others${folder === null ? ' (the shared logs are not beside this checkout)' : ''}`, () => {
  const found: Record<string, string> = {}
  for (const path of readdirSync(folder as string, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:log|jsonl?|csv|txt)$/.test(path) || /SOURCE|structured|templates/.test(path)) continue
    const lines = readFileSync(`${folder}/${path}`, 'utf8').split(/\r?\n/).slice(0, SAMPLE_LINES)
    const claims = PARSERS.filter((parser) => host(parser).detect.call({ stream: 's', source: 's', lines }) !== undefined).map(({ type }) => type)
    if (claims.length > 0) found[path] = claims.join(' ')
  }
  expect(found).toEqual(WANTED)
})
