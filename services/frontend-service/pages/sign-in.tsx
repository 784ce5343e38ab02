import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { Button } from '../../../views/components/button.tsx'
import { Field } from '../../../views/components/field.tsx'
import { Refused } from '../../../views/components/refused.tsx'
import type { Reader } from '../../../views/reader.ts'
import type { Frontend } from '../app.ts'
import { type Refusal, refusal } from '../form.ts'
import { page, redirect } from '../page.tsx'
import { localPath } from '../security.ts'

type Typed = { email?: string; next?: string; refused?: Refusal }

/** GET and POST /sign-in. `next` is where the person wanted to go. */
export const signIn = (app: Frontend) =>
  app
    .get(
      '/sign-in',
      ctx => {
        const next = localPath(ctx.query.next)
        if (ctx.visitor.session) return redirect(ctx.request, next)
        const { reader } = ctx.visitor
        return page(ctx, {
          title: reader.text.auth.signInTitle,
          main: <SignIn reader={reader} email={ctx.query.email} next={next} />,
        })
      },
      { query: t.Object({ next: t.Optional(t.String()), email: t.Optional(t.String({ maxLength: 254 })) }) },
    )
    .post(
      '/sign-in',
      async ctx => {
        const { request, visitor, backends, cookies } = ctx
        const { email, password, next } = ctx.body
        try {
          const { session } = await backends.users.signIn(
            visitor.anyone,
            { email, password },
            request.headers.get('user-agent') ?? '',
          )
          return redirect(request, localPath(next), [['set-cookie', cookies.signIn(session)]])
        } catch (error) {
          const refused = refusal(error, visitor)
          const { reader } = visitor
          return page(ctx, {
            title: reader.text.auth.signInTitle,
            main: <SignIn reader={reader} email={email} next={next} refused={refused} />,
            status: refused.status,
          })
        }
      },
      { body: t.Object({ email: t.String(), password: t.String(), next: t.Optional(t.String()) }) },
    )

const SignIn = ({ reader, email, next = '/', refused }: Typed & { reader: Reader }) => {
  const { auth } = reader.text
  return (
    <main id="main" tabindex="-1">
      <form class="door" method="post" action="/sign-in">
        <div>
          <h1 safe>{auth.signInTitle}</h1>
          <p safe>{auth.signInLead}</p>
        </div>
        <Refused refusal={refused} />
        <input type="hidden" name="next" value={next} />
        <Field
          label={auth.email}
          name="email"
          type="email"
          autocomplete="username"
          required
          value={email}
          error={refused?.fields.email}
          autofocus={!email}
        />
        <Field
          label={auth.password}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          error={refused?.fields.password}
          autofocus={Boolean(email)}
        />
        <Button kind="primary" text={auth.signIn} />
        <p>
          <span safe>{auth.toSignUp}</span>{' '}
          <a class="link" href={`/sign-up?next=${encodeURIComponent(next)}`} safe>
            {auth.toSignUpLink}
          </a>
        </p>
      </form>
    </main>
  )
}
