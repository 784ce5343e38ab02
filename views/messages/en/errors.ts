export const errors = {
  requestId: (id: string) => `Request id: ${id}`,
  goHome: 'Go to my work',
  goBack: 'Back to where you were',
  checkFields: 'Something needs correcting',
  nothingSaved: 'Nothing was saved yet.',
}
