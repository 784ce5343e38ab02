import { Html } from '../html.ts'
import { ButtonLink } from '../components/button.tsx'
import type { Reader } from '../reader.ts'

/** The page of an error: what happened, what is safe, what to do, and the id by which an operator finds it. */
export const ProblemMain = ({
  reader,
  problem,
}: {
  reader: Reader
  problem: { title: string; detail: string; status: number; requestId: string }
}) => (
  <main class="view" id="main" tabindex="-1">
    <div class="mid tall">
      <p class="code" aria-hidden="true" safe>
        {String(problem.status)}
      </p>
      <h2 safe>{problem.title}</h2>
      <p safe>{problem.detail}</p>
      <p class="acts">
        {problem.status >= 500 && (
          <ButtonLink kind="primary" icon="retry" text={reader.text.common.tryAgain} href={reader.path} />
        )}
        <ButtonLink text={reader.text.errors.goHome} href="/" />
      </p>
      <p class="help" safe>
        {reader.text.errors.requestId(problem.requestId)}
      </p>
    </div>
  </main>
)
