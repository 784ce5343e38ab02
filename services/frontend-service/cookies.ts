import type { Theme } from '../../views/reader.ts'
import type { Language } from '../kit/schema.ts'

const year = 365 * 24 * 60 * 60

/**
 * The cookies of the pages: who is signed in, and, since they matter before that too, the theme and the language. Each setter gives
 * the text of a Set-Cookie header. Over https the session's has the `__Host-` prefix: no other host and no http page can set it.
 */
export class Cookies {
  #secure: boolean
  #session: string

  constructor(publicUrl: URL) {
    this.#secure = publicUrl.protocol === 'https:'
    this.#session = this.#secure ? '__Host-session' : 'session'
  }

  sessionToken = (request: Request) => read(request, this.#session)

  theme(request: Request): Theme {
    const value = read(request, 'theme')
    return value === 'light' || value === 'dark' ? value : 'system'
  }

  language(request: Request): Language | null {
    const value = read(request, 'lang')
    return value === 'ko' || value === 'en' ? value : null
  }

  /** Signs a browser in, until the session ends (an instant, RFC 3339). */
  signIn = ({ token, expiresAt }: { token: string; expiresAt: string }) =>
    this.#set(this.#session, token, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000))
  signOut = () => this.#set(this.#session, '', 0)
  setTheme = (theme: Theme) => this.#set('theme', theme, year)
  setLanguage = (language: Language) => this.#set('lang', language, year)

  #set(name: string, value: string, maxAge: number) {
    return new Bun.Cookie({
      name,
      value,
      maxAge,
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
    }).serialize()
  }
}

function read(request: Request, name: string): string | null {
  const header = request.headers.get('cookie')
  return header ? new Bun.CookieMap(header).get(name) : null
}
