// Timers, sockets and watchers that would keep the process alive, counted by kind.

/** What Node keeps for itself and for a test runner's pipes comes and goes. */
const IGNORED = new Set(['Immediate', 'MessagePort', 'PipeWrap', 'TTYWrap', 'CloseReq', 'TickObject'])

/** The kinds of which there are more than before. */
export function newResources(before: ReadonlyMap<string, number>): string[] {
  return [...activeResources()].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind)
}

export function activeResources(): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) if (!IGNORED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}
