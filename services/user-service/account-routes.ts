import { etag, seenVersion } from '../kit/etag.ts'
import { t } from 'elysia'
import { invalid, notFound } from '../kit/problem.ts'
import { Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import type { Deps } from './app.ts'
import { originOf } from './auth-routes.ts'
import { PasswordChange, ProfileChange, Sessions, User } from './contract.ts'
import { hashPassword, refuseCommon, verifyPassword } from './passwords.ts'
import { listSessions, revokeOthers, revokeSession, tokenHashesOf } from './sessions.ts'
import { changePassword, changeProfile, getUser, passwordHashOf } from './users.ts'

/** A person's own account: profile, password, and where they are signed in. */
export const accountRoutes = (app: App, { sql, cache, limits }: Deps) =>
  app
    .get(
      '/api/v1/me',
      async ({ person, set }) => {
        const user = await getUser(sql, person.userId)
        set.headers.etag = etag(user.version)
        return user
      },
      { response: { 200: User }, detail: { summary: 'Read my profile', tags: ['Accounts'] } },
    )
    .patch(
      '/api/v1/me',
      async ({ person, body, headers, set }) => {
        const user = await changeProfile(sql, person.userId, seenVersion(headers), body)
        await cache.forget(await tokenHashesOf(sql, person.userId))
        set.headers.etag = etag(user.version)
        return user
      },
      {
        body: ProfileChange,
        headers: ifMatchHeaders,
        response: { 200: User },
        detail: { summary: 'Change my profile', tags: ['Accounts'] },
      },
    )
    .post(
      '/api/v1/me/password',
      async ({ person, identity, body: { currentPassword, newPassword }, request, set }) => {
        const forgive = await limits.guess(person.userId, originOf(request, identity).address)
        const before = await passwordHashOf(sql, person.userId)
        if (!(await verifyPassword(currentPassword, before)))
          throw invalid('currentPassword', 'wrong_password')
        await forgive()
        refuseCommon(newPassword, await getUser(sql, person.userId), 'newPassword')
        const after = await hashPassword(newPassword)
        const ended = await sql.begin(async tx => {
          await changePassword(tx, person.userId, before, after)
          return revokeOthers(tx, person)
        })
        await cache.end(ended)
        set.status = 204
      },
      { body: PasswordChange, detail: { summary: 'Change my password', tags: ['Accounts'] } },
    )
    .get('/api/v1/sessions', async ({ person }) => ({ items: await listSessions(sql, person) }), {
      response: { 200: Sessions },
      detail: { summary: 'List where I am signed in', tags: ['Sessions'] },
    })
    .delete(
      '/api/v1/sessions/:id',
      async ({ person, params, set }) => {
        const ended = await revokeSession(sql, person.userId, params.id)
        if (ended.length === 0) throw notFound()
        await cache.end(ended)
        set.status = 204
      },
      { params: object({ id: Id }), detail: { summary: 'Sign out of a session', tags: ['Sessions'] } },
    )
    .post(
      '/api/v1/sessions/revoke-others',
      async ({ person }) => {
        const ended = await revokeOthers(sql, person)
        await cache.end(ended)
        return { revoked: ended.length }
      },
      {
        response: { 200: object({ revoked: t.Integer() }) },
        detail: { summary: 'Sign out of all other sessions', tags: ['Sessions'] },
      },
    )
