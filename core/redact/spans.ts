// Stretches of a text that are to be hidden, gathered by several finders; they may overlap.

export class Spans {
  readonly starts: number[] = []
  readonly ends: number[] = []
  /** What each is: `card`, or the name of a pattern. */
  readonly labels: string[] = []

  get count(): number {
    return this.starts.length
  }

  add(start: number, end: number, label: string): void {
    this.starts.push(start)
    this.ends.push(end)
    this.labels.push(label)
  }

  clear(): void {
    this.starts.length = 0
    this.ends.length = 0
    this.labels.length = 0
  }

  /** The text with each stretch replaced; of those that overlap one mask stands for all, named after the one that begins first. */
  replaced(text: string, mask: (label: string, hidden: string) => string): string {
    const order = this.starts.map((_, i) => i).sort((a, b) => this.at(a) - this.at(b) || (this.ends[b] as number) - (this.ends[a] as number))
    let out = ''
    let done = 0
    for (let i = 0; i < order.length; ) {
      const first = order[i] as number
      const start = this.at(first)
      let end = this.ends[first] as number
      for (i++; i < order.length && this.at(order[i] as number) < end; i++) end = Math.max(end, this.ends[order[i] as number] as number)
      out += text.slice(done, start) + mask(this.labels[first] as string, text.slice(start, end))
      done = end
    }
    return out + text.slice(done)
  }

  private at(i: number): number {
    return this.starts[i] as number
  }
}
