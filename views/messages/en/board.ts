export const board = {
  columns: 'Columns',
  addTask: 'Add a task',
  addHint: 'What has to be done?',
  addTo: (column: string) => `Add to ${column}`,
  fold: (column: string) => `Fold ${column}`,
  into: 'Into',
  showMore: (column: string) => `Show more of ${column}`,
  fromStart: (column: string) => `Show ${column} from the start`,
  emptyTitle: 'What is the first thing to do?',
  emptyDetail:
    'Write it where it says “What has to be done?” and press Enter. It becomes a card that you can move from column to column.',
  emptyForViewers: 'Nothing is planned yet. What the team adds appears here by itself.',
  importLink: 'Import a board from Trello',
  cardHelp: 'Space lifts the card, arrow keys move it, Space drops it, Escape puts it back.',
  keys: { move: 'move', lift: 'lift', drop: 'drop', putBack: 'put back', open: 'open', add: 'new task' },
  /** After the name of who did it. */
  movedMeanwhile: (who: string, column: string) => `${who} moved this card to ${column} in the meantime.`,
  movedWithin: 'Somebody moved this card in the meantime.',
  stays: 'It is shown where it is now.',
  /** What the browser says itself, with what fills it in braces. */
  words: {
    ofLimit: '{count} of {limit}',
    over: '{count} of {limit}, over',
    lifted: '{title}: lifted. {column}, position {place} of {count}.',
    at: '{column}, position {place} of {count}.',
    dropped: '{title}: dropped in {column}, position {place} of {count}.',
    putBack: '{title}: put back to {column}.',
    notMoved: 'The card could not be moved.',
    notSent: 'TaskMate cannot be reached. Nothing was saved; try again.',
  },
}
