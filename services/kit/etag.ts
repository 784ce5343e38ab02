import { Problem } from './problem.ts'

/** The ETag of a version: `"7"`. */
export const etag = (version: number) => `"${version}"`

/**
 * The version that the caller last saw, from If-Match. Throws 428 when the header is missing (RFC 6585, 3) and 400 when it cannot be
 * one of ours. `*` is refused too: it would overwrite what the caller never saw.
 */
export function seenVersion(headers: { 'if-match'?: string | undefined }): number {
  const value = headers['if-match']
  if (value === undefined) throw new Problem(428, 'precondition_required')
  // A proxy that compresses may have made the tag weak; the version in it is the same.
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(value.trim())
  if (!match) throw new Problem(400, 'bad_if_match')
  return Number(match[1])
}
