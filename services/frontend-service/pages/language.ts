import { t } from 'elysia'
import { Language } from '../../kit/schema.ts'
import type { Frontend } from '../app.ts'
import { redirect } from '../page.tsx'
import { localPath } from '../security.ts'

/** POST /language: the language of this browser before anyone has signed in; then their profile says it. */
export const language = (app: Frontend) =>
  app.post(
    '/language',
    ({ request, body, cookies }) =>
      redirect(request, localPath(body.next), [['set-cookie', cookies.setLanguage(body.language)]]),
    { body: t.Object({ language: Language, next: t.String({ maxLength: 2000 }) }) },
  )
