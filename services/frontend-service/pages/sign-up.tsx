import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { Button, ButtonLink } from '../../../views/components/button.tsx'
import { Field } from '../../../views/components/field.tsx'
import { Notice } from '../../../views/components/notice.tsx'
import { Refused } from '../../../views/components/refused.tsx'
import type { Reader } from '../../../views/reader.ts'
import { isZone, type Language } from '../../kit/schema.ts'
import type { Frontend } from '../app.ts'
import { type Refusal, refusal } from '../form.ts'
import { page, redirect } from '../page.tsx'
import { localPath } from '../security.ts'

type Typed = { name?: string; email?: string; next?: string; refused?: Refusal }

/** Where somebody probably is whose browser runs no script that could tell. They can change it in the settings. */
const likelyZones: Record<Language, string> = { en: 'UTC', ko: 'Asia/Seoul' }

/** GET and POST /sign-up: a new account, signed in at once. */
export const signUp = (app: Frontend) =>
  app
    .get(
      '/sign-up',
      ctx => {
        const next = localPath(ctx.query.next)
        if (ctx.visitor.session) return redirect(ctx.request, next)
        const { reader } = ctx.visitor
        return page(ctx, {
          title: reader.text.auth.signUpTitle,
          main: <SignUp reader={reader} next={next} />,
        })
      },
      { query: t.Object({ next: t.Optional(t.String()) }) },
    )
    .post(
      '/sign-up',
      async ctx => {
        const { request, visitor, backends, cookies } = ctx
        const { reader } = visitor
        const { name, email, password, timeZone, next } = ctx.body
        try {
          const { session } = await backends.users.signUp(
            visitor.anyone,
            {
              name,
              email,
              password,
              language: reader.language,
              timeZone: isZone(timeZone) ? timeZone : likelyZones[reader.language],
            },
            request.headers.get('user-agent') ?? '',
          )
          return redirect(request, localPath(next), [['set-cookie', cookies.signIn(session)]])
        } catch (error) {
          const refused = refusal(error, visitor)
          return page(ctx, {
            title: reader.text.auth.signUpTitle,
            main: <SignUp reader={reader} name={name} email={email} next={next} refused={refused} />,
            status: refused.status,
          })
        }
      },
      {
        body: t.Object({
          name: t.String(),
          email: t.String(),
          password: t.String(),
          timeZone: t.String(),
          next: t.Optional(t.String()),
        }),
      },
    )

const SignUp = ({ reader, name, email = '', next = '/', refused }: Typed & { reader: Reader }) => {
  const { auth } = reader.text
  // The only conflict of a sign-up.
  const isTaken = refused?.status === 409
  const signIn = `/sign-in?next=${encodeURIComponent(next)}`
  return (
    <main id="main" tabindex="-1">
      <form class="door" method="post" action="/sign-up">
        <div>
          <h1 safe>{auth.signUpTitle}</h1>
          <p safe>{auth.signUpLead}</p>
        </div>
        {isTaken ? (
          <Notice kind="bad" title={refused.title} detail={refused.detail}>
            <ButtonLink
              small
              text={auth.signInInstead}
              href={`${signIn}&email=${encodeURIComponent(email)}`}
            />
          </Notice>
        ) : (
          <Refused refusal={refused} />
        )}
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="timeZone" data-time-zone />
        <Field
          label={auth.name}
          name="name"
          autocomplete="name"
          required
          maxlength={80}
          value={name}
          error={refused?.fields.name}
          autofocus={!refused}
        />
        <Field
          label={auth.email}
          name="email"
          type="email"
          autocomplete="username"
          required
          value={email}
          error={isTaken ? refused.title : refused?.fields.email}
        />
        <Field
          label={auth.password}
          name="password"
          type="password"
          autocomplete="new-password"
          required
          minlength={10}
          maxlength={256}
          hint={auth.passwordHint}
          error={refused?.fields.password}
        />
        <Button kind="primary" text={auth.signUp} />
        <p>
          <span safe>{auth.toSignIn}</span>{' '}
          <a class="link" href={signIn} safe>
            {auth.toSignInLink}
          </a>
        </p>
      </form>
    </main>
  )
}
