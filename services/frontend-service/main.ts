import { run, serve } from '../kit/serve.ts'
import { frontendConfig } from './config.ts'
import { connectDeps } from './deps.ts'
import { frontendService } from './routes.ts'

await run(async () => {
  const config = frontendConfig()
  const deps = connectDeps(config)
  serve(frontendService(deps), config, { beforeStop: () => deps.live.stop(), afterStop: deps.close })
})
