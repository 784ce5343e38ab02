import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { projectFor } from './access.ts'
import type { Deps } from './app.ts'
import { Member, MemberChange, NewMember } from './contract.ts'
import { addMember, changeMember, removeMember } from './members.ts'
import { inProject, ofProject } from './params.ts'

const tags = ['Members']
const ofMember = object({ ...inProject, userId: Id })

export const memberRoutes = (app: App, { sql }: Deps) =>
  app
    .post(
      '/api/v1/projects/:project/members',
      async context => {
        const { params, person, body, set } = context
        const place = await projectFor(sql, person, params.project, 'admin')
        const member = await createOnce(sql, context, tx => addMember(tx, person, place, body))
        set.status = 201
        set.headers.etag = etag(member.version)
        return member
      },
      {
        params: ofProject,
        headers: createHeaders,
        body: NewMember,
        response: { 201: Member },
        detail: { summary: 'Add a member to a project', tags },
      },
    )
    .patch(
      '/api/v1/projects/:project/members/:userId',
      async ({ params, person, headers, body, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'admin')
        const member = await changeMember(sql, person, place, params.userId, version, body.role)
        set.headers.etag = etag(member.version)
        return member
      },
      {
        params: ofMember,
        headers: ifMatchHeaders,
        body: MemberChange,
        response: { 200: Member },
        detail: { summary: 'Give a member another role', tags },
      },
    )
    .delete(
      '/api/v1/projects/:project/members/:userId',
      async ({ params, person, headers, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project)
        await removeMember(sql, person, place, params.userId, version)
        set.status = 204
      },
      {
        params: ofMember,
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Remove a member from a project, or leave it', tags },
      },
    )
