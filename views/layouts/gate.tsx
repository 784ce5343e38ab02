import { Html } from '../html.ts'
import { Mark } from '../components/icon.tsx'
import type { Language, Reader } from '../reader.ts'

const languages: Record<Language, string> = { en: 'English', ko: '한국어' }

/** The frame before sign-in: the mark, the other language, and a page in the middle. */
export const Gate = ({ reader, children }: { reader: Reader; children: JSX.Element }) => (
  <div class="gate">
    <header>
      <a class="brand" href="/">
        <Mark />
        <span safe>{reader.text.common.app}</span>
      </a>
      <span class="grow" />
      <form method="post" action="/language">
        <input type="hidden" name="next" value={reader.path} />
        {(Object.keys(languages) as Language[])
          .filter(language => language !== reader.language)
          .map(language => (
            <button class="link" name="language" value={language} lang={language} safe>
              {languages[language]}
            </button>
          ))}
      </form>
    </header>
    {children}
    <footer>
      <span safe>{reader.text.auth.hosted}</span>
      <span class="grow" />
      <a class="link" href="/docs/api" safe>
        {reader.text.auth.api}
      </a>
    </footer>
  </div>
)
