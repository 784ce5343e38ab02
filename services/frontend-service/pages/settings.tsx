import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { Button, ButtonLink } from '../../../views/components/button.tsx'
import { Choice, Field } from '../../../views/components/field.tsx'
import { Icon } from '../../../views/components/icon.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { Refused } from '../../../views/components/refused.tsx'
import { Time } from '../../../views/components/time.tsx'
import { Toast } from '../../../views/components/toast.tsx'
import { device } from '../../../views/device.ts'
import type { Reader } from '../../../views/reader.ts'
import { Id, Language, object } from '../../kit/schema.ts'
import { Problem } from '../../kit/problem.ts'
import type { Session, User } from '../../user-service/contract.ts'
import type { Frontend } from '../app.ts'
import type { Backends } from '../backends.ts'
import { type Refusal, refusal } from '../form.ts'
import { type Asked, page, redirect, unlessAway } from '../page.tsx'
import { requireVisitor } from '../session.ts'

const Theme = t.Union([t.Literal('system'), t.Literal('light'), t.Literal('dark')])
const themes = ['system', 'light', 'dark'] as const
const Profile = t.Object({
  name: t.String(),
  language: Language,
  timeZone: t.String(),
  version: t.Numeric(),
})
const Done = t.Union([
  t.Literal('profile'),
  t.Literal('theme'),
  t.Literal('password'),
  t.Literal('session'),
  t.Literal('sessions'),
])
type Done = typeof Done.static
const done = (what: Done) => `/settings?done=${what}`

/** A form that was not accepted, with what was typed. Passwords never come back. */
type Refused = {
  profile?: { typed: typeof Profile.static; refused: Refusal }
  password?: Refusal
}

/**
 * GET /settings: profile, appearance, password, and where the person is signed in. Each form is a POST below it: /profile, /theme, /password,
 * /sessions/:id/end and /sessions/end-others.
 */
export const settingsPage = (app: Frontend) =>
  app
    .get('/settings', ctx => settings(ctx, { done: ctx.query.done }), {
      query: t.Object({ done: t.Optional(Done) }),
    })
    .post(
      '/settings/profile',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        const { version, ...profile } = ctx.body
        try {
          await ctx.backends.users.changeMe(caller, version, profile)
        } catch (error) {
          const refused = refusal(error, ctx.visitor)
          return settings(ctx, { profile: { typed: ctx.body, refused } }, refused.status)
        }
        // The sign-in page speaks it too.
        return redirect(ctx.request, done('profile'), [
          ['set-cookie', ctx.cookies.setLanguage(profile.language)],
        ])
      },
      { body: Profile },
    )
    .post(
      '/settings/theme',
      ({ request, body, cookies }) =>
        redirect(request, done('theme'), [['set-cookie', cookies.setTheme(body.theme)]]),
      { body: t.Object({ theme: Theme }) },
    )
    .post(
      '/settings/password',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        try {
          await ctx.backends.users.changePassword(caller, ctx.body)
        } catch (error) {
          const refused = refusal(error, ctx.visitor)
          return settings(ctx, { password: refused }, refused.status)
        }
        return redirect(ctx.request, done('password'))
      },
      { body: t.Object({ currentPassword: t.String(), newPassword: t.String() }) },
    )
    .post(
      '/settings/sessions/:id/end',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        await ctx.backends.users.endSession(caller, ctx.params.id).catch(error => {
          // It has ended already, which is what was wanted.
          if (!(error instanceof Problem && error.status === 404)) throw error
        })
        return redirect(ctx.request, done('session'))
      },
      { params: object({ id: Id }) },
    )
    .post('/settings/sessions/end-others', async ctx => {
      const { caller } = requireVisitor(ctx)
      await ctx.backends.users.endOtherSessions(caller)
      return redirect(ctx.request, done('sessions'))
    })

async function settings(
  asked: Asked & { backends: Backends },
  { done, ...refused }: Refused & { done?: Done | undefined },
  status = 200,
): Promise<Response> {
  const { caller, reader } = requireVisitor(asked)
  const { users } = asked.backends
  const [me, sessions] = await Promise.all([
    unlessAway(users.me(caller)),
    unlessAway(users.sessions(caller).then(answer => answer.items)),
  ])
  const text = reader.text.settings
  return page(asked, {
    title: text.title,
    main: (
      <main class="view page" id="main" tabindex="-1">
        {me ? (
          <ProfileForm reader={reader} me={me} {...refused.profile} />
        ) : (
          <Away reader={reader} part="account" />
        )}
        <Appearance reader={reader} />
        {me !== null && <PasswordForm reader={reader} email={me.email} refused={refused.password} />}
        {sessions !== null && <Sessions reader={reader} sessions={sessions} />}
        <section class="sheet">
          <h2 safe>{text.api}</h2>
          <p class="muted" safe>
            {text.apiDetail}
          </p>
          <p class="acts">
            <ButtonLink icon="api" text={text.apiLink} href="/docs/api" />
          </p>
        </section>
      </main>
    ),
    toast: done && <Toast reader={reader} text={text.saved[done]} />,
    status,
  })
}

/** Zones by their places; those that only count hours from Greenwich are nobody's. */
const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter(zone => !/^(UTC$|Etc\/)/.test(zone))]

const ProfileForm = ({
  reader,
  me,
  typed = me,
  refused,
}: {
  reader: Reader
  me: User
  typed?: Pick<User, 'name' | 'language' | 'timeZone'>
  refused?: Refusal
}) => {
  const text = reader.text.settings
  // Another name for a zone of the list may have been chosen through the API.
  const known = zones.includes(me.timeZone) ? zones : [me.timeZone, ...zones]
  return (
    <form class="sheet form" method="post" action="/settings/profile" aria-labelledby="profile">
      <h2 id="profile" safe>
        {text.profile}
      </h2>
      <Refused refusal={refused} />
      <input type="hidden" name="version" value={String(me.version)} />
      <Field
        label={text.name}
        name="name"
        autocomplete="name"
        required
        maxlength={80}
        hint={text.nameHint}
        value={typed.name}
        error={refused?.fields.name}
        autofocus={Boolean(refused)}
      />
      <Field label={text.email} name="email" type="email" value={me.email} disabled />
      <Choice
        label={text.language}
        name="language"
        options={(['en', 'ko'] as const).map(value => ({ value, text: text.languages[value] }))}
        value={typed.language}
        error={refused?.fields.language}
      />
      <Choice
        label={text.timeZone}
        name="timeZone"
        options={known.map(value => ({ value, text: value.replaceAll('_', ' ') }))}
        value={typed.timeZone}
        hint={text.timeZoneHint}
        error={refused?.fields.timeZone}
      />
      <p class="acts">
        <Button kind="primary" text={text.saveProfile} />
      </p>
    </form>
  )
}

const Appearance = ({ reader }: { reader: Reader }) => {
  const text = reader.text.settings
  return (
    <form class="sheet form" method="post" action="/settings/theme" aria-labelledby="appearance">
      <h2 id="appearance" safe>
        {text.appearance}
      </h2>
      <p class="muted" id="appearance-help" safe>
        {text.appearanceHint}
      </p>
      <div
        class="acts choices"
        role="radiogroup"
        aria-labelledby="appearance"
        aria-describedby="appearance-help"
      >
        {themes.map(theme => (
          <label class="with">
            <input class="box" type="radio" name="theme" value={theme} checked={theme === reader.theme} />
            <span safe>{text.themes[theme]}</span>
          </label>
        ))}
      </div>
      <p class="acts">
        <Button text={text.saveTheme} />
      </p>
    </form>
  )
}

const PasswordForm = ({
  reader,
  email,
  refused,
}: {
  reader: Reader
  email: string
  refused?: Refusal | undefined
}) => {
  const text = reader.text.settings
  return (
    <form class="sheet form" method="post" action="/settings/password" aria-labelledby="password">
      <h2 id="password" safe>
        {text.password}
      </h2>
      <Refused refusal={refused} />
      {/* Tells password managers whose password it is. */}
      <input type="hidden" autocomplete="username" value={email} />
      <Field
        label={text.currentPassword}
        name="currentPassword"
        type="password"
        autocomplete="current-password"
        required
        error={refused?.fields.currentPassword}
        autofocus={Boolean(refused && !refused.fields.newPassword)}
      />
      <Field
        label={text.newPassword}
        name="newPassword"
        type="password"
        autocomplete="new-password"
        required
        minlength={10}
        maxlength={256}
        hint={text.newPasswordHint}
        error={refused?.fields.newPassword}
        autofocus={Boolean(refused?.fields.newPassword)}
      />
      <p class="acts">
        <Button text={text.changePassword} />
      </p>
    </form>
  )
}

const Sessions = ({ reader, sessions }: { reader: Reader; sessions: Session[] }) => {
  const text = reader.text.settings
  return (
    <section class="sheet" aria-labelledby="sessions">
      <h2 id="sessions" safe>
        {text.sessions}
      </h2>
      <ul class="devices">
        {sessions
          .toSorted((a, b) => Number(b.current) - Number(a.current))
          .map(session => (
            <DeviceRow reader={reader} session={session} />
          ))}
      </ul>
      {sessions.length > 1 ? (
        <form class="acts" method="post" action="/settings/sessions/end-others">
          <Button icon="sign-out" text={text.endOthers} />
        </form>
      ) : (
        <p class="muted" safe>
          {text.onlyHere}
        </p>
      )}
    </section>
  )
}

const DeviceRow = ({ reader, session }: { reader: Reader; session: Session }) => {
  const text = reader.text.settings
  const { program, system } = device(session.userAgent)
  const name = program && system ? text.device(program, system) : (program ?? system ?? text.unknownProgram)
  return (
    <li>
      <Icon name="devices" />
      <div class="grow">
        <p>
          <b title={session.userAgent} safe>
            {name}
          </b>{' '}
          {session.current && (
            <span class="here" safe>
              {text.thisSession}
            </span>
          )}
        </p>
        <p class="muted">
          <span safe>{session.address || text.noAddress}</span>
          {' · '}
          <span safe>{text.lastSeen}</span> <Time reader={reader} at={session.lastSeenAt} />
          {' · '}
          <span safe>{text.signedIn}</span> <Time reader={reader} at={session.createdAt} />
        </p>
      </div>
      {!session.current && (
        <form method="post" action={`/settings/sessions/${session.id}/end`}>
          <Button small text={text.end} aria-label={text.endOf(name)} />
        </form>
      )}
    </li>
  )
}
