// Records of one source on one host share a resource, which is said once.
import type { OtlpRecord } from './otlp-record.ts'

export interface RecordGroup {
  readonly resource: ReadonlyArray<readonly [key: string, value: string]>
  readonly records: OtlpRecord[]
}

/** In order of first appearance; the order of a group's records stays. */
export function groupRecords(records: Iterable<OtlpRecord>): RecordGroup[] {
  const bySource = new Map<string, Map<string, RecordGroup>>()
  const groups: RecordGroup[] = []
  for (const record of records) {
    const { source, host } = record
    let byHost = bySource.get(source)
    if (byHost === undefined) bySource.set(source, (byHost = new Map()))
    let group = byHost.get(host)
    if (group === undefined) {
      const named: Array<readonly [string, string]> = [['service.name', source], ['host.name', host]]
      group = { resource: named.filter(([, value]) => value !== ''), records: [] }
      byHost.set(host, group)
      groups.push(group)
    }
    group.records.push(record)
  }
  return groups
}
