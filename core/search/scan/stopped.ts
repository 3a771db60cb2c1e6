// A task of a search that ended before it: thrown in place of its answer.
export class Stopped extends Error {
  constructor() {
    super('the search has ended')
    this.name = 'Stopped'
  }
}
