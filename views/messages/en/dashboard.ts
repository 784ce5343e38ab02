const n = new Intl.NumberFormat('en-GB').format
const tasks = (count: number) => (count === 1 ? 'one task' : `${n(count)} tasks`)
const start = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)
const weekly = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 }).format

export const dashboard = {
  headline: (open: number, late: number) =>
    open === 0
      ? 'Everything is done'
      : open === 1
        ? `One task is open${late === 0 ? '' : ', and it is late'}`
        : `${n(open)} tasks are open, ${late === 0 ? 'none' : n(late)} of them late`,
  asOf: (moment: string) => `Figures as of the last change: ${moment}. They follow the board within seconds.`,
  period: 'Period',
  weeks: (count: number) => `${count} weeks`,
  showTable: 'Show as table',
  emptyTitle: 'No figures yet',
  emptyDetail:
    'Add tasks to the board and move them along. Here you will see how the work goes: what is open, what is late, and how much gets done.',
  emptyAction: 'Go to the board',
  tasks: 'Tasks',
  status: {
    /** Behind the number of what is done, which has no bar. */
    notOpen: 'not counted as open',
    title: 'Work by status',
    finding: (name: string, count: number, open: number) =>
      count === open
        ? `“${name}” holds all open work: ${tasks(open)}.`
        : `“${name}” holds the most open work: ${n(count)} of ${tasks(open)}.`,
    nothing: 'No work is open.',
  },
  flow: {
    title: 'Cumulative flow',
    finding: (done: number, before: number, now: number) =>
      `${done === 0 ? 'Nothing is done yet' : `${start(tasks(done))} ${done === 1 ? 'is' : 'are'} done`}. Open work ${
        now > before
          ? `grew from ${n(before)} to ${n(now)}.`
          : now < before
            ? `went down from ${n(before)} to ${n(now)}.`
            : `stayed at ${n(now)}.`
      }`,
    day: 'Day',
  },
  throughput: {
    title: 'Throughput',
    /** `mean`: tasks finished a week, null before a whole week has gone. */
    finding: (mean: number | null, now: number) =>
      mean === null
        ? now === 0
          ? 'Nothing was finished in this time.'
          : `${start(tasks(now))} finished so far this week.`
        : `About ${weekly(mean)} ${mean === 1 ? 'task is' : 'tasks are'} finished a week; ${n(now)} so far this week.`,
    week: 'Week of',
    thisWeek: 'This week',
    created: 'Created',
    done: 'Finished',
    mean: (mean: number) => `Dashed: ${weekly(mean)} finished a week`,
    bar: (week: string, created: number, done: number) =>
      `Week of ${week}: ${n(created)} created, ${n(done)} finished`,
  },
  overdue: {
    title: 'Overdue',
    finding: (late: number, days: number) =>
      late === 0
        ? 'Nothing is late.'
        : `${start(tasks(late))} ${late === 1 ? 'is' : 'are'} late${
            days === 0
              ? ' since today.'
              : `, ${late === 1 ? '' : 'the longest '}by ${days === 1 ? 'a day' : `${n(days)} days`}.`
          }`,
    today: 'Late since today',
    more: (count: number) => `Show ${n(count)} more`,
    /** When there are more than the list may hold. */
    longest: (shown: number) => `The ${n(shown)} that are late for longest.`,
  },
  workload: {
    title: 'Workload',
    /** `most`: who has the most open tasks, `count` each, `late` of them late together; `nobodys` belong to nobody. */
    finding: (most: string[], count: number, late: number, nobodys: number) => {
      if (most.length === 0) return 'No open task has anybody who works on it.'
      const who =
        most.length === 1
          ? `${most[0]} carries the most: ${tasks(count)}.`
          : most.length === 2
            ? `${most[0]} and ${most[1]} carry the most, ${tasks(count)} each.`
            : `${n(most.length)} people carry the most, ${tasks(count)} each.`
      const lateOnes =
        late === 0
          ? ''
          : most.length === 1 && count === 1
            ? ' It is late.'
            : ` ${n(late)} of those ${late === 1 ? 'is' : 'are'} late.`
      const open =
        nobodys === 0
          ? ''
          : ` ${start(tasks(nobodys))} ${nobodys === 1 ? 'belongs' : 'belong'} to nobody yet.`
      return who + lateOnes + open
    },
    person: 'Person',
    nobody: 'Nobody yet',
    late: (count: number) => `${n(count)} late`,
    total: 'Total',
    shown: (shown: number, all: number) => `${n(shown)} of ${n(all)} people`,
  },
}
