// Where a plugin is shown in detail.

/** `/pipeline?node=outputs%2Fsearch`. */
export function pipelineAddress(id: string, path = '/pipeline'): string {
  // Not encodeURIComponent, which throws at half a surrogate pair.
  return `${path}?${String(new URLSearchParams({ node: id }))}`
}
