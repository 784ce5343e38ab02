/** A registry of images in memory, as far as `docker push` needs one. */
export type Registry = {
  /** host:port; Docker speaks plain HTTP to this machine itself. */
  address: string
  /** Digests of the manifests that were pushed, by `repository:tag`. */
  pushed: Map<string, string>
  stop(): void
}

/** Starts one on a free port (OCI Distribution Specification 1.1, pushing). */
export function startRegistry(): Registry {
  const pushed = new Map<string, string>()
  const blobs = new Set<string>()
  const uploads = new Map<string, Uint8Array[]>()
  const digestOf = (parts: Uint8Array[]) => {
    const hasher = new Bun.CryptoHasher('sha256')
    for (const part of parts) hasher.update(part)
    return `sha256:${hasher.digest('hex')}`
  }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    maxRequestBodySize: 1024 ** 3,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url)
      const [, repository, kind, name] =
        /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/(.*)$/.exec(pathname) ?? []
      const body = async () => new Uint8Array(await request.arrayBuffer())
      const answer = (status: number, headers: Record<string, string> = {}) =>
        new Response(null, { status, headers })
      if (kind === 'blobs/uploads') {
        const id = name || crypto.randomUUID()
        const parts = uploads.get(id) ?? []
        uploads.set(id, [...parts, await body()])
        const location = `/v2/${repository}/blobs/uploads/${id}`
        const size = uploads.get(id)!.reduce((sum, part) => sum + part.length, 0)
        if (request.method !== 'PUT') return answer(202, { location, range: `0-${Math.max(0, size - 1)}` })
        const digest = digestOf(uploads.get(id)!)
        uploads.delete(id)
        if (digest !== searchParams.get('digest')) return answer(400)
        blobs.add(digest)
        return answer(201, { location, 'docker-content-digest': digest })
      }
      if (kind === 'blobs') return answer(blobs.has(name!) ? 200 : 404)
      if (kind === 'manifests' && request.method === 'PUT') {
        const digest = digestOf([await body()])
        pushed.set(`${repository}:${name}`, digest)
        return answer(201, { 'docker-content-digest': digest })
      }
      return answer(pathname === '/v2/' ? 200 : 404)
    },
  })
  return { address: `127.0.0.1:${server.port}`, pushed, stop: () => server.stop(true) }
}
