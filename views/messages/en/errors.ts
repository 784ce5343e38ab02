export const errors = {
  requestId: (id: string) => `Request id: ${id}`,
  goHome: 'Go to my work',
  goBack: 'Back to where you were',
  checkFields: 'Something needs correcting',
  nothingSaved: 'Nothing was saved yet.',

  /** Two people changed the same thing: on top of a form with the reader's own values. */
  meanwhile: 'Somebody changed this meanwhile',
  meanwhileDetail: (now: string[]) =>
    `Saved now: ${now.join(', ')}. Yours is still below: save again to keep it.`,
  named: (field: string, value: string) => `${field} “${value}”`,
  takeTheirs: 'Take theirs',
}
